"""What options and keys are commonly called."""

from __future__ import annotations

_DEGREES = (
    # key, its names before "size", "degree" or nothing
    ("strategy.tp", "tensorparallel tp"),
    ("strategy.pp", "pipelineparallel pp"),
    ("strategy.dp", "dataparallel dp"),
    ("strategy.ep", "expertparallel ep"),
    ("strategy.sp", "sequenceparallel sp"),
    ("strategy.cp", "contextparallel cp"),
    ("strategy.expert_tp", "experttensorparallel"),
    ("strategy.vpp", "virtualpipelineparallel vpp"),
)
_OTHERS = (
    ("strategy.pp", "pipelinestages numstages numpipelinestages"),
    ("strategy.device_count", "worldsize world numgpus ngpus totalgpus gpustotal gpucount numdevices totaldevices"),
    (
        "hardware.devices_per_node",
        "gpuspernode devicespernode nprocpernode numgpuspernode ngpuspernode gpusperserver gpusperhost",
    ),
    ("model.dense_layers", "denselayers numdenselayers ndenselayers firstkdensereplace"),
    ("model.moe_layers", "moelayers nummoelayers nmoelayers sparselayers"),
    ("model.layers", "numlayers numhiddenlayers layers nlayers nlayer"),
    ("model.parameters", "totalparams params parameters numparams numparameters totalparameters"),
    ("parameters.active", "activeparams activeparameters numactiveparams activatedparams"),
    ("model.hidden_size", "hiddensize hidden hiddendim modeldim dmodel nembd tokendim tokendimension"),
    ("model.heads", "numattentionheads attentionheads numheads heads nheads nhead queryheads qheads"),
    ("model.kv_heads", "numkeyvalueheads numquerygroups kvheads numkvheads nkvheads"),
    ("model.head_dim", "headdim kvchannels"),
    ("model.ffn_hidden_size", "ffnhiddensize intermediatesize mlphiddensize ffn ffnhidden ffndim dff denseffn"),
    ("model.expert_hidden_size", "moeffnhiddensize moeintermediatesize moehiddensize experthidden experthiddensize"),
    (
        "model.expert_hidden_size",
        "expertffn expertffnhidden expertintermediate expertintermediatesize expertwidth expertdim",
    ),
    ("model.vocab_size", "vocabsize vocab"),
    (
        "model.experts",
        "numexperts nexperts nroutedexperts numlocalexperts expertsperlayer experts routedexperts numroutedexperts",
    ),
    ("model.top_k", "topk moetopk moeroutertopk numexpertspertok numexpertspertoken expertspertoken activeexperts"),
    ("model.precision", "dtype precision"),
    ("workload.batch_size", "batchsize batch globalbatch globalbatchsize gbs maxbatchsize trainbatchsize"),
    ("workload.micro_batch_size", "microbatchsize microbatch mbs trainmicrobatchsizepergpu perdevicetrainbatchsize"),
    (
        "workload.micro_batch_size",
        "localbatchsize perdevicebatchsize devicebatchsize batchsizeperdevice batchsizepergpu pergpubatchsize",
    ),
    (
        "workload.micro_batches",
        "nummicrobatches microbatches gradientaccumulationsteps gradaccumsteps accumulationsteps",
    ),
    (
        "workload.micro_batches",
        "gradaccum gradientaccumulation gradaccumulation gradaccumulationsteps accumsteps accumulategradbatches",
    ),
    ("workload.sequence_length", "seqlength seqlen maxseqlen maxlen maxsequencelength sequencelength"),
    ("workload.prompt_length", "prompt promptlen promptlength prompttokens inputlen inputlength inputtokens"),
    ("workload.output_length", "output outputlen outputlength outputtokens maxnewtokens"),
    ("strategy.experts_per_device", "expertspergpu"),
    ("strategy.heads_per_device", "headspergpu qheadspergpu queryheadspergpu"),
    ("strategy.layers_per_stage", "layersperstage"),
    ("strategy.zero_stage", "zerostage"),
    ("strategy.schedule", "schedule pipelineschedule ppschedule pipelineparallelschedule scheduletype"),
    ("strategy.recompute", "recompute recomputation recomputegranularity activationrecompute activationrecomputation"),
    ("strategy.recompute", "activationcheckpointing gradientcheckpointing"),
    ("hardware.mfu", "mfu"),
    ("strategy.capacity_factor", "capacityfactor expertcapacityfactor moeexpertcapacityfactor"),
)
_ROUTED = "routing routing{} gating gating{} router routertype gate gatetype"
ROUTED = frozenset(
    name for kind in ("algorithm", "type", "strategy", "method") for name in _ROUTED.format(kind, kind).split()
)
"""Names of what chooses experts, which a word may tell how many it chooses: "top-2"."""
NAMES: dict[str, str] = {
    # in lower case without dashes, underlines and the word "model"
    **{stem + end: key for key, stems in _DEGREES for stem in stems.split() for end in ("", "size", "degree", "ism")},
    **{name: key for key, names in _OTHERS for name in names.split()},
    **dict.fromkeys(ROUTED, "model.top_k"),
    **{  # "parallelism.tensor"
        f"{above}{stem.removesuffix('parallel')}": key
        for above in ("parallel", "parallelism")
        for key, stems in _DEGREES
        for stem in stems.split()
        if stem.endswith("parallel") and stem.count("tensor") + stem.count("expert") < 2
    },
}

REPLICAS = frozenset(["replicas", "numreplicas", "nreplicas", "replicacount", "serverreplicas", "modelreplicas"])
NODES = frozenset(["nodes", "numnodes", "nnodes", "nodecount"])
LIMITS = frozenset(
    f"{most}{what}"
    for most, names in (
        ("max", "numseqs runningrequests modellen numbatchedtokens"),
        ("", "gpumemoryutilization memfractionstatic chunkedprefillsize"),
    )
    for what in names.split()
)
"""Names of what a server takes at most, which are no facts of a plan."""

_OF_UNITS = (
    # key, what it is called before a unit, and what one of each unit is in SI
    ("model.parameters", "params totalparams parameters totalparameters numparams modelparams", {"b": 1e9, "m": 1e6}),
    ("hardware.peak_flops", "peak bf16peak fp16peak peakbf16 peakfp16 compute", {"tflops": 1e12, "pflops": 1e15}),
    ("hardware.peak_flops", "", {"tflops": 1e12, "pflops": 1e15}),
    ("hardware.memory", "vram hbm gpumemory gpumem devicememory memorypergpu hbmpergpu", {"gb": 1e9, "gib": 2.0**30}),
    (
        "hardware.memory_bandwidth",
        "hbm hbmbandwidth hbmbw memorybandwidth membw membandwidth",
        {"tbps": 1e12, "tbs": 1e12, "gbps": 1e9, "gbs": 1e9},
    ),
    ("target.ttft", "ttft ttfttarget targetttft maxttft ttftslo ttftlimit", {"s": 1.0, "ms": 1e-3, "sec": 1.0}),
    ("target.tpot", "tpot tpottarget targettpot maxtpot tpotslo tpotlimit", {"s": 1.0, "ms": 1e-3, "sec": 1.0}),
)
IN_UNITS = {
    f"{name}{unit}": (key, scale)
    for key, names, units in _OF_UNITS
    for name in names.split() or ("",)
    for unit, scale in units.items()
}
OF_MACHINES = {"memorygb": ("hardware.memory", 1e9), "memgb": ("hardware.memory", 1e9)}
"""Names that are a fact of the devices where the name above them speaks of machines."""


def key_named(name: str) -> str | None:
    """The key that a name alone gives a value to.

    >>> key_named("--tensor-model-parallel-size".lstrip("-")), key_named("d_model"), key_named("epoch")
    ('strategy.tp', 'model.hidden_size', None)
    """
    folded = folded_name(name)
    return NAMES.get(folded) or NAMES.get(folded.replace("model", ""))


def folded_name(name: str) -> str:
    """A name in lower case without what joins its words."""
    return name.lower().replace("-", "").replace("_", "").replace(".", "")
