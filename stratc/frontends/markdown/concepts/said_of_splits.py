"""What sentences say of the split and the traffic of a kind of parallelism that is those of another kind."""

from __future__ import annotations

_CUT = "split|shard|partition|divide|distribute|splitting|sharding|partitioning|dividing|distributing"
_PLACED = "assign|place|put|allocate|assigning|placing|putting|allocating"
_WAS = "split|sharded|partitioned|divided|distributed|spread"
_OVER = "across|over|among|amongst|between|to|on|onto"


def _splits(kind: str, what: str, verbs: str = _CUT) -> str:
    """What says that one kind of parallelism splits a thing: "pipeline parallelism shards the heads across stages"."""
    by = r"(?: \( \w+ \))?(?: [=:] ?| )?(?:\d+ )?(?:simply |then |also |here )?"
    passive = rf"(?:is|are|get|being) (?:{_WAS})"
    return (
        rf"\b(?:{kind})(?:{by}(?:{verbs}) (?:the |all |its |model )*(?:{what})"
        rf"|(?: \( \w+ \))? : (?:the |all |its |model )*(?:{what}) {passive}) (?:{_OVER})\b"
    )


_WHOLE = r"(?:different|whole|entire|distinct|complete|consecutive|successive) (?:transformer |model |decoder )?layer"
_ZERO_3 = r"zero ?(?:- |stage |- stage )?3|zero3|fsdp\d?"
_NEEDS = "need|require|use|perform|employ|run|do|rely on"
_REDUCE = "all - reduce|allreduce|all - gather|allgather"
_EXCHANGE = "all - to - all|alltoall|all2all"
# concept, words of which one must stand in the sentence, and what says it in stems
SAID_OF_SPLITS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (
        "layers_by_tensor",
        ("different", "whole", "entire", "distinct", "complete", "consecutive", "successive", "assign"),
        (
            _splits(r"tensor -? ?parallel\w*|tp", _WHOLE, f"{_CUT}|{_PLACED}")
            + "|"
            + _splits(r"tensor -? ?parallel\w*|tp", "layer", _PLACED)
            + rf"|\b{_WHOLE} (?:are |is )?(?:{_PLACED}|assigned|placed|allocated)(?: \w+){{1,4}}"
            rf" (?:by|through|via|using) (?:tensor -? ?parallel\w*|tp)\b"
            rf"|\b(?:tensor -? ?parallel\w*|tp)(?: \( \w+ \))?(?: [:,])? (?:each|every) (?:gpu|rank)"
            rf" (?:hold|store|run|compute|get|own|process)\w* (?:its own |a subset of |a group of )?(?:{_WHOLE}"
            rf"|(?<=of )the layer|(?<=of )layer|(?<=own )layer)"
        ),
    ),
    (
        "sequence_inside_tensor",
        ("tp", "tensor"),
        (
            r"\b(?:sp|sequence -? ?parallel(?:ism)?)(?: [:=(]| \)| \d+| is| are| runs?)*"
            r" (?:(?:embedded|nested) (?:in|within|inside|into)|combined with|folded into|inside|within"
            r"|share|sharing|on the same (?:\w+ )?as) (?:the |each |every )?(?:tp|tensor)\b"
        ),
    ),
    (
        "tensors_by_pipeline",
        ("head", "matri", "hidden", "dimension"),
        _splits(
            r"pipeline -? ?parallel\w*|pp",
            r"(?:attention |query |kv |key - value )?head|(?:each |every )?(?:weight )?(?:matrix|matrice|matrices)"
            r"|hidden (?:dimension|size|state)|(?:each |every )layer",
        ),
    ),
    (
        "weights_by_data",
        ("weight", "parameter", "model", "layer", "head"),
        _splits(
            r"data -? ?parallel\w*|dp",
            r"weight|parameter|model(?: weight| parameter)?|(?:transformer )?layer|(?:attention |kv )?head",
        ),
    ),
    (
        "others_by_experts",
        ("attention", "layer", "head"),
        _splits(
            r"expert -? ?parallel\w*|ep",
            r"attention(?: head| layer| weight)?|(?:query |kv )?head|(?:transformer |model )?layer",
        ),
    ),
    (
        "weights_by_context",
        ("weight", "parameter", "model", "layer"),
        _splits(
            r"(?:context|sequence) -? ?parallel\w*|cp|sp",
            r"weight|parameter|model|(?:transformer )?layer|weight (?:matrix|matrice|matrices)",
        ),
    ),
    (
        "sharding_called_free",
        ("communicat", "traffic"),
        (
            r"\b(?:zero ?(?:- |stage |- stage )?3|zero3|fsdp\d?|fully sharded data parallel\w*)\b[^.;]{0,60}?"
            r" (?:(?:no|without|without any|without the|zero) (?:extra|additional|added|more|further)"
            r" (?:communication|traffic|collective)"
            r"|(?:same|identical|equal) (?:amount of |total )?(?:communication|traffic)(?: volume| cost)?"
            r" (?:as|like|to|than) (?:plain |standard |vanilla )?(?:ddp|data -? ?parallel\w*|zero ?-? ?[012]))\b"
        ),
    ),
    (
        "copies_of_sharded",
        ("copy", "copies", "replica", "whole", "full"),
        (
            rf"\b(?:{_ZERO_3})\b[^.;:]{{0,30}}? (?:keep|hold|store|replicate|leave)\w*(?: (?!not\b|no\b)\w+){{0,2}}"
            r" (?:full|complete|whole|entire)(?: copy| copies| replica| set)?(?: of)?(?: the)?"
            r"(?: model)? ?(?:weight|parameter|model)\b"
        ),
    ),
    (
        "shards_too_much",
        ("gradient", "weight", "parameter"),
        (
            r"\bzero ?(?:- |stage |- stage )?1 (?:only |also )?(?:shard|partition|split|divide|distribute)\w*"
            r"(?: (?!(?:but|while|zero|stage|not|keep|whole|full|and keep|master|fp32)\b)[\w,]+){0,5}?"
            r" (?:gradient|weight|parameter)\b"
            r"|\bzero ?(?:- |stage |- stage )?2 (?:only |also )?(?:shard|partition|split|divide|distribute)\w*"
            r"(?: (?!(?:but|while|zero|stage|not|keep|whole|full|of|master|fp32)\b)[\w,]+){0,5}? (?:weight|parameter)\b"
        ),
    ),
    (
        "collective_of_another_kind",
        ("all-reduce", "allreduce", "all-to-all", "alltoall", "all2all"),
        (
            rf"\b(?:pipeline -? ?parallel\w*|pp) (?:{_NEEDS})(?: \w+)?? (?:{_REDUCE}|{_EXCHANGE})\b"
            rf"|\b(?:data -? ?parallel\w*|dp) (?:{_NEEDS})(?: \w+)?? (?:{_EXCHANGE})\b"
        ),
    ),
)
_CUTTING = ("split", "shard", "partition", "divid", "distribut", "spread")
ALSO: dict[str, tuple[tuple[str, ...], ...]] = {  # of each row of words one must stand in the sentence too
    "layers_by_tensor": (
        ("tensor", "tp"),
        ("layer",),
        (*_CUTTING, "assign", "plac", "put", "allocat", "each", "every"),
    ),
    "sequence_inside_tensor": (("sp", "sequence"),),
    "tensors_by_pipeline": (("pipeline", "pp"), _CUTTING),
    "weights_by_data": (("data parallel", "data-parallel", "dp"), _CUTTING),
    "others_by_experts": (("expert parallel", "expert-parallel", "ep "), _CUTTING),
    "weights_by_context": (("context parallel", "context-parallel", "sequence parallel", "cp ", "sp "), _CUTTING),
    "sharding_called_free": (("zero", "fsdp", "fully sharded"),),
    "copies_of_sharded": (("zero", "fsdp"),),
    "shards_too_much": (("zero",), _CUTTING),
    "collective_of_another_kind": (("pipeline parallel", "pp ", "data parallel", "dp "),),
}
DENIALS = frozenset(("sharding_called_free", "copies_of_sharded", "shards_too_much"))  # concepts that a denial may say
MEANT_OTHERWISE = {  # words that say that something else is meant, which is right
    "weights_by_data": r"\b(?:fsdp\w*|hsdp|zero\w*|fully|optimizer|expert|sharded data)\b",
    "weights_by_context": r"\b(?:tensor|tp|zero\w*|fsdp\w*)\b",
    "others_by_experts": r"\b(?:expert layer|moe layer)\b",
    "collective_of_another_kind": r"\b(?:tensor|tp|gradient|expert|ep|moe|embedding|loss|norm|zero\w*|fsdp\w*)\b",
    "copies_of_sharded": r"\b(?:gather|gathered|temporarily|during|hpz|secondary|hybrid|hsdp|node|layer|not)\b",
    "shards_too_much": r"\b(?:not|zero - 3|stage 3|fsdp\w*)\b",
    "sharding_called_free": r"\b(?:single|one node|intra|not true|not hold|almost|nearly)\b",
}
