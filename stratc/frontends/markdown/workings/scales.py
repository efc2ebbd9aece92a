"""Letters that stand apart and count in thousands, millions or billions: "(12 × 558 + 459) M", "340 B / 8 = 42.5 B"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.unit import PARAMETER
from stratc.frontends.markdown.workings.operand import Item, Operand

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.document.tokens import Token

_SCALES = {"k": 1e3, "m": 1e6, "b": 1e9}
_PREFIXES = frozenset("kmgtp")


def scale_of_bracket(tokens: Sequence[Token], at: int) -> list[Item]:
    """The letter after a bracket that counts it in millions: "(12 × 558 + 459) M / 8"."""
    token = tokens[at] if at < len(tokens) else None
    scale = _SCALES.get(token.stem) if token else None
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if token is None or scale is None or (after is not None and not after.sign):
        return []
    return ["×", Operand(at, scale, None, (token.start, token.end), None)]


def in_billions(items: list[Item]) -> list[Item]:
    """The items of an equation between parameters, with a "B" that stands alone behind a figure as billions of them."""
    if not any(isinstance(each, Operand) and each.unit and each.unit.dimension == PARAMETER for each in items):
        return items
    return [
        replace(each, value=each.value * _SCALES["b"], words=())
        if isinstance(each, Operand) and each.unit is None and [word.stem for word in each.words] == ["b"]
        else each
        for each in items
    ]


def is_counted_in_letter(tokens: Sequence[Token], at: int) -> bool:
    """Whether a bare prefix counts a figure without a unit, of whatever the line speaks: "FLOP a token: … = 44.4 G"."""
    figure, after = tokens[at].figure, tokens[at + 1] if at + 1 < len(tokens) else None
    bare = figure is not None and not figure.quantity.unit.symbol
    return bare and after is not None and after.stem in _PREFIXES and after.end - after.start == 1
