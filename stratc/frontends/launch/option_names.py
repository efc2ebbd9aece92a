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
)
_OTHERS = (
    ("strategy.pp", "pipelinestages numstages numpipelinestages"),
    ("strategy.device_count", "worldsize numgpus totalgpus gpucount numdevices totaldevices"),
    ("hardware.devices_per_node", "gpuspernode devicespernode nprocpernode numgpuspernode"),
    ("model.layers", "numlayers numhiddenlayers layers"),
    ("model.hidden_size", "hiddensize dmodel tokendim tokendimension"),
    ("model.heads", "numattentionheads attentionheads numheads"),
    ("model.kv_heads", "numkeyvalueheads numquerygroups kvheads numkvheads"),
    ("model.head_dim", "headdim kvchannels"),
    ("model.ffn_hidden_size", "ffnhiddensize intermediatesize mlphiddensize"),
    ("model.expert_hidden_size", "moeffnhiddensize moeintermediatesize moehiddensize"),
    ("model.vocab_size", "vocabsize"),
    ("model.experts", "numexperts nroutedexperts numlocalexperts expertsperlayer"),
    ("model.top_k", "topk moetopk moeroutertopk numexpertspertok"),
    ("model.precision", "dtype precision"),
    ("workload.batch_size", "batchsize globalbatchsize maxbatchsize trainbatchsize"),
    ("workload.micro_batch_size", "microbatchsize trainmicrobatchsizepergpu perdevicetrainbatchsize"),
    ("workload.micro_batches", "nummicrobatches microbatches gradientaccumulationsteps"),
    ("workload.sequence_length", "seqlength seqlen maxseqlen maxlen maxsequencelength sequencelength"),
    ("strategy.experts_per_device", "expertspergpu"),
    ("strategy.layers_per_stage", "layersperstage"),
    ("strategy.zero_stage", "zerostage"),
    ("strategy.capacity_factor", "capacityfactor expertcapacityfactor moeexpertcapacityfactor"),
)
NAMES: dict[str, str] = {
    # in lower case without dashes, underlines and the word "model"
    **{stem + end: key for key, stems in _DEGREES for stem in stems.split() for end in ("", "size", "degree", "ism")},
    **{name: key for key, names in _OTHERS for name in names.split()},
}


def key_named(name: str) -> str | None:
    """The key that a name alone gives a value to.

    >>> key_named("--tensor-model-parallel-size".lstrip("-")), key_named("d_model"), key_named("epoch")
    ('strategy.tp', 'model.hidden_size', None)
    """
    folded = name.lower().replace("-", "").replace("_", "").replace(".", "")
    return NAMES.get(folded) or NAMES.get(folded.replace("model", ""))
