"""The shapes of clauses that say what one thing does to another: patterns over running text in lower case.

A clause has a subject, a verb and an object, or the same in the passive.  Between them stand few words, none of which
is barred: a denial, or another kind of parallelism, which then is what is spoken of.
"""

from __future__ import annotations

_WORD = r"(?:[^\s,;:.()?!]|[.,](?=\d)|\.(?=\w))+"
_DENIED = (
    r"not|no|never|nor|neither|cannot|\w+n't|without|instead|rather|unlike|hardly|barely|than|whether|if|unless|but"
    r"|while|whereas|although|though|nothing|none|except|yet|far"
)
_KINDS = {
    "tensor": r"tp\d*|tensor\S*|megatron",
    "pipeline": r"pp\d*|pipelin\S*|stages?|vpp",
    "expert": r"ep\d*|experts?\S*|moe",
    "data": r"dp\d*|data|data-parallel|replicas?",
    "context": r"cp\d*|sp|context\S*|sequence-parallel|ring|ulysses",
    "sharding": r"zero\S*|fsdp\S*|hsdp|sharded|fully|distributed|hybrid",
    "precision": r"quanti\S*|fp8|fp4|nvfp4|int8|int4|awq|gptq|\d-bit|offload\S*",
}
_JOINED = (
    r"(?:\s*[,:;.]?\s+(?:which|that|this|it|they|these|and|thereby|thus|so|hence)\b(?:\s+(?:it|that|they|then)\b)?"
    r"|\s*[:,–—](?=\s))"
)
_BY = r"(?:across|over|among|amongst|between|by|through|via|with|thanks to|along|using)"
_IS = (
    r"(?:(?:is|are|gets?|becomes?|be|would|will|only|just|also|takes?|needs?|occup\w+|falls?|drops?|shrinks?"
    r"|goes|comes|to|by"
    r"|down|even|up)\s+)+"
)
LESS = (
    rf"(?:{_IS}(?:an?\s+|one\s+)?(?:half|halved|quarter\w*|third|eighth|smaller|less|lower|shorter|1 ?/ ?\d+)"
    r"|halves|shrinks)"
)
MORE = rf"(?:{_IS}(?:larger|bigger|higher|longer|wider|worse)|grows?|rises?|widens?)"
HAN = r"[^,;:。?()不未没无非别]"  # a character inside a clause in Chinese that denies nothing


def barred(own: str, *others: str) -> str:
    """The words that end a shape about some kinds: denials, the other kinds, and what else is given."""
    kinds = (words for kind, words in _KINDS.items() if kind not in own.split())
    return "|".join((_DENIED, *kinds, *others))


def gap(most: int, bar: str) -> str:
    """At most so many words, none of them barred; what brackets hold counts as one."""
    return rf"(?:\s+(?!(?:{bar})\b){_WORD}|\s*\([^()]{{0,40}}\)){{0,{most}}}?"


def does(who: str, verb: str, what: str, bar: str, *, near: int = 5) -> str:
    """What says that a thing does something to another: "data parallelism over 8 GPUs halves the weights"."""
    joined = rf"(?:{gap(8, bar)}{_JOINED}{gap(7, bar)}|{gap(5, bar)})"
    other = r"(?:\s+(?:instead of|rather than|over)\s+(?:ep|pp|dp|cp|one|two|four)[ =]*\d*)?"
    return rf"\b(?:{who})(?![\w-]){other}{joined}\s+(?:{verb})\b{gap(near, bar)}\s+(?:{what})(?![\w-])"


def done(what: str, verb: str, who: str, bar: str) -> str:
    """The same in the passive: "the weights are split between the replicas"."""
    return rf"\b(?:{what}){gap(4, bar)}\s+(?:{verb})\b{gap(4, bar)}\s+{_BY}\b{gap(3, bar)}\s+(?:{who})(?![\w-])"


def leaves(who: str, holds: str, share: str, what: str, bar: str) -> str:
    """What says which share is left: "with DP=8, so that each GPU keeps an eighth of the weights"."""
    joined = rf"(?:{_JOINED}{gap(4, bar)})?"
    kept = rf"\s+(?:{holds})\b(?:\s+(?:only|just))?\s+(?:{share})\b"
    return rf"\b(?:{who})(?![\w-]){gap(4, bar)}{joined}{kept}{gap(4, bar)}\s+(?:{what})(?![\w-])"


def makes(who: str, what: str, becomes: str, bar: str) -> str:
    """What says how a thing is where another is: "with two replicas the weights take half"."""
    return rf"\b(?:{who})(?![\w-]){gap(3, bar)},?{gap(3, bar)}\s+(?:{what}){gap(3, bar)}\s+(?:{becomes})(?![\w-])"
