"""Figures that a sentence gives for all and for one of many: "2,000 tokens/s per GPU, 64,000 for the cluster"."""

from __future__ import annotations

from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from stratc.arith.unit import COUNT
from stratc.frontends.markdown.document.figures import COUNTED_FOR, counted_by, is_device
from stratc.frontends.markdown.words.vocabulary import DEVICES, words
from stratc.frontends.markdown.workings.operands import OVER, SPREAD
from stratc.ir.statement import Per
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stratc.frontends.markdown.document.tokens import Token

EVERY = words("per each every")
_OF_ONE = Pattern(
    r"(?i)(?:per|each|one|single|/)[ -]?(?:gpu|device|rank|card|npu|accelerator|chip)\b", "per|each|one|single|/"
)
_OF_WHOLE = Pattern(
    r"(?i)(?:in )?(?:total|all|whole|entire|full|cluster|system|aggregate)"
    r"(?: (?:model|cluster|system|size|gpus|devices|ranks|cards))?(?: total| size)?(?: ?\(.*\))?",
    "total|all|whole|entire|full|cluster|system|aggregate",
)
FEWEST = 4  # devices among which a whole is said again for each; less is another value of the same
_ARTICLES = words("a an one")
_AGAINST = words("over than versus vs against from with to")  # which compare
_FITTING = words("fit exceed beyond than larger smaller if would could")
_LEADS = words("for on over across")
_ALL = words("cluster fleet pool")
_WHOLE = words("all whole entire full complete")
_OF_MODEL = words("model expert weight parameter layer checkpoint")
_ONE_KIND = words("prefill decode training inference worker serving rollout a an one single each every")
_MACHINES = words("node server machine host box")
_HOLDING = words("on in")
_ONE_BY_ONE = words("each every")
_THEM = words("one of them")
_CLOSE = 4  # tokens before a figure


def is_spread(after: Sequence[Token]) -> bool:
    """ "480 GB, over 8 GPUs": what all of them hold together."""
    words = [token for token in after if token.sign != ","]
    if len(words) < 3 or words[0].stem not in ("over", "across") or words[1].figure is None:
        return False
    return words[1].figure.is_count and words[2].stem in DEVICES


def is_dealt_out(tokens: Sequence[Token], at: int) -> bool:
    """ "70 B parameters cost 16 bytes each and are spread over all 64 GPUs": what all of them hold together."""
    own = tokens[at].figure
    for n in range(at + 1, len(tokens) - 2):
        other = tokens[n].figure
        if other and own and other.quantity.dimension == own.quantity.dimension != COUNT:
            return False
        if tokens[n].stem in SPREAD and tokens[n + 1].stem in OVER:
            return any(is_device(token.stem) for token in tokens[n + 2 : n + 6])
    return False


def is_of_all(tokens: Sequence[Token], at: int) -> bool:
    """ "2,000 tokens/s per GPU, 64,000 tokens/s for the cluster", "2,000 each, the cluster 64,000 tokens/s"."""
    before = [token.stem for token in tokens[max(0, at - 2) : at]]
    after = [token.stem for token in tokens[at + 1 : at + 4]]
    led = len(after) > 2 and after[0] in _LEADS and after[1] in ("the", "our") and after[2] in _ALL
    if not led and not (before[:1] == ["the"] and before[-1] in _ALL):
        return False
    own = tokens[at].figure
    shares = (token.figure for token in tokens[:at] if token.figure)
    return own is not None and any(each.quantity.dimension == own.quantity.dimension for each in shares)


def past_former(tokens: Sequence[Token], first: int, at: int) -> int:
    """Where a clause goes on from what a figure before is counted for: "830 tokens/s per GPU and 26k tokens/s"."""
    own = tokens[at].figure
    for n in range(at - 2, first, -1):
        former = tokens[n - 1].figure
        if tokens[n].stem in EVERY and tokens[n + 1].stem in COUNTED_FOR and former and own:
            return n + 2 if former.quantity.dimension == own.quantity.dimension != COUNT else first
    return first


def before_restated(near: Sequence[Token], at: int) -> Sequence[Token]:
    """A clause without what is said again for one of many: "1.09M tokens per second" of "... or 2,130 per GPU"."""
    whole = near[at].figure
    for n in range(at + 1, len(near) - 2):
        part = near[n + 1].figure
        if whole and part and near[n].stem == "or" and "per" in (token.stem for token in near[n + 2 : n + 6]):
            return near[:n] if part.value * FEWEST <= whole.value else near
    return near


def of_all_devices(heads: Mapping[int, str]) -> Iterator[int]:
    """The columns of a table that count all devices together, where another counts a single one, by where they begin.

    >>> list(of_all_devices({3: "Total", 9: "Per GPU"})), list(of_all_devices({3: "Total", 9: "Per layer"}))
    ([3], [])
    """
    if any(_OF_ONE.search(head) for head in heads.values()):
        yield from (start for start, head in heads.items() if _OF_WHOLE.fullmatch(head))


def is_all_of_them(key: Sequence[Token]) -> bool:
    """Whether a label speaks of all parts of a model, wherever they lie: "All routed experts", "The whole model"."""
    stems = [token.stem for token in key if token.stem not in ("the", "")]
    return len(stems) > 1 and stems[0] in _WHOLE and stems[-1] in _OF_MODEL


def is_of_one_device(title: Sequence[Token]) -> bool:
    """Whether a heading names a device of one kind, whose memory its lines give: "Prefill GPU", "On a single card"."""
    last, before = title[-1:], title[-2:-1]
    named = bool(last) and is_device(last[0].stem) and not last[0].many
    return named and bool(before) and before[0].stem in _ONE_KIND


def is_of_whole_model(label: Sequence[Token]) -> bool:
    """ "Weights, whole model": what a label adds to say that it counts everything."""
    after = [
        token.stem for at, token in enumerate(label) if any(each.sign in ",(" and each.sign for each in label[:at])
    ]
    return any(pair in (("whole", "model"), ("entire", "model"), ("full", "model")) for pair in pairwise(after))


def per_in(tokens: Sequence[Token]) -> Per | None:
    """ "per GPU", "per-layer", "each stage", "single-layer", "per GPU pair"."""
    stems = [token.stem for token in tokens if token.sign != "-"]
    for at, (word, following) in enumerate(pairwise(stems)):
        lone = word == "single" and following not in DEVICES
        if (word in EVERY or lone) and following in COUNTED_FOR:
            return counted_by(following, "".join(stems[at + 2 : at + 3]))
        if word in ("micro",) and following == "batch" and "per" in stems:
            return Per.MICRO_BATCH
        if word in EVERY and is_device(following):
            return Per.DEVICE
    return _of_one(stems)


def _of_one(stems: Sequence[str]) -> Per | None:
    """ "on a GPU", "weights, one card", "of one layer"; "fits on one GPU" tells how large the whole is."""
    for before, word, following in zip(("", *stems), stems, stems[1:], strict=False):
        if before in _AGAINST:
            continue
        if word in _ARTICLES and (is_device(following) or following == "rank"):
            return None if _FITTING.intersection(stems) else Per.DEVICE
        if word == "one" and following == "layer":
            return Per.LAYER
        if word in _ARTICLES and following == "token":
            return Per.TOKEN
    return None


def is_of_machine(tokens: Sequence[Token], at: int) -> bool:
    """Whether a figure is that of each of the machines counted right before it: "four nodes, two replicas on each"."""
    words_after = takewhile(lambda token: not token.sign, tokens[at + 1 : at + 6])
    after = [token.stem for token in words_after if token.stem not in _THEM]
    held = len(after) == 3 and after[1] in _HOLDING and after[2] in _ONE_BY_ONE
    return held and any(token.stem in _MACHINES for token in tokens[max(0, at - _CLOSE) : at])
