"""Figures that a sentence gives for all and for one of many: "2,000 tokens/s per GPU, 64,000 for the cluster"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.arith.unit import COUNT
from stratc.frontends.markdown.figures import COUNTED_FOR
from stratc.frontends.markdown.vocabulary import DEVICES, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.tokens import Token

EVERY = words("per each every")
FEWEST = 4  # devices among which a whole is said again for each; less is another value of the same
_LEADS = words("for on over across")
_ALL = words("cluster fleet pool")


def is_spread(after: Sequence[Token]) -> bool:
    """ "480 GB, over 8 GPUs": what all of them hold together."""
    words = [token for token in after if token.sign != ","]
    if len(words) < 3 or words[0].stem not in ("over", "across") or words[1].figure is None:
        return False
    return words[1].figure.is_count and words[2].stem in DEVICES


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
