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
    ("model.layers", "numlayers numhiddenlayers layers nlayers nlayer"),
    ("model.parameters", "totalparams params parameters numparams numparameters totalparameters"),
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
    ("model.top_k", "topk moetopk moeroutertopk numexpertspertok"),
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

_IN_UNITS = (
    # key, what one is in SI, names that end in a unit
    ("hardware.peak_flops", 1e12, "tflops peaktflops"),
    ("hardware.peak_flops", 1e15, "pflops peakpflops"),
    ("hardware.memory", 1e9, "vramgb hbmgb gpumemorygb gpumemgb"),
    ("hardware.memory_bandwidth", 1e12, "hbmtbps hbmbandwidthtbps memorybandwidthtbps membwtbps"),
)
IN_UNITS = {name: (key, scale) for key, scale, names in _IN_UNITS for name in names.split()}


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
