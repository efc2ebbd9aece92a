"""Values that a plan changed: "TP: 8 → 4", "DP goes from 2 to 4": what stands last is the plan's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.notations import AXES, Found, axis_at, count_at
from stratc.frontends.markdown.words.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.tokens import Token

_ARROWS = frozenset("→➜⇒")
_CHANGED = words("changed increased reduced raised lowered cut moved grown went goe up down")
_SIZES = words("batch micro gpu")  # what a plan changes beside its degrees
_ENDS = frozenset(",;.)(。✓✅")
_REACH = 5  # tokens between an axis and "from"


def latest(key: Sequence[Token], value: tuple[Token, ...]) -> tuple[Token, ...]:
    """The value of a label without what it was before; as it is where nothing was changed.

    >>> from stratc.frontends.markdown.document.tokens import tokens_of
    >>> [token.figure.value for token in latest(tokens_of("TP", 0), tokens_of("8 → 4", 0)) if token.figure]
    [4.0]
    """
    begin = 2 if len(value) > 2 and value[0].stem in _CHANGED and value[1].stem == "from" else 0
    begin = 1 if value and value[0].stem == "from" else begin
    arrow = _arrow(value, begin + 1, worded=begin > 0)
    if not arrow or not (AXES.inside(key) or _SIZES & {token.stem for token in key}):
        return value
    old, new = count_at(value, begin), count_at(value, arrow)
    after = value[arrow + 1 : arrow + 2]
    ends = not after or after[0].sign in _ENDS
    return value[arrow:] if old and new and old.value != new.value and ends else value


def _arrow(tokens: Sequence[Token], at: int, *, worded: bool) -> int:
    """The index after the arrow (or the "to") that stands at an index, 0 for none."""
    if at >= len(tokens):
        return 0
    if worded:
        return at + 1 if tokens[at].stem == "to" else 0
    drawn = tokens[at].sign in "-=" and tokens[at].sign and at + 1 < len(tokens) and tokens[at + 1].sign == ">"
    return at + 1 if tokens[at].sign in _ARROWS else at + 2 if drawn else 0


def turned(tokens: Sequence[Token]) -> Iterator[Found]:
    """DP goes from 2 to 4: both values, of which the words before the first make an earlier one."""
    for at in range(len(tokens)):
        axis = axis_at(tokens, at)
        if axis is None:
            continue
        start = next((n for n in range(axis[1], min(axis[1] + _REACH, len(tokens))) if tokens[n].stem == "from"), None)
        if start is None or any(each.sign or each.figure for each in tokens[axis[1] : start]):
            continue
        old, new = count_at(tokens, start + 1), count_at(tokens, start + 3)
        if old and new and tokens[start + 2].stem == "to":
            yield axis[0], int(old.value), (old.start, old.end), start + 1
            yield axis[0], int(new.value), (new.start, new.end), start + 3
