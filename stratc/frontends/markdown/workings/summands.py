"""Sums that end a chain of equations: how far their summands were rounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.arith.term import Apply, Literal
from stratc.frontends.markdown.workings.operand import Operand

if TYPE_CHECKING:
    from stratc.frontends.markdown.document.sentences import Sentence

_MEANS = frozenset(("average", "avg", "mean", "averaged", "平均"))
_WHOLE = 10  # from where a figure is rounded to whole numbers


def adds_to_rounded(sides: list[Operand | Apply | None], result: Operand) -> bool:
    """Whether a result is a sum from before its first summand was rounded: "50.1 / 1.6 = 31 ms + 3.2 ms = 35 ms"."""
    match sides:
        case [Apply(), Apply("+" | "-", Literal(value, unit)) as working] if unit is not None and result.figure:
            step = unit.scale * (1.0 if value / unit.scale >= _WHOLE else 0.1)
            quantity = result.figure.quantity
            return (
                not quantity.agrees(working.value) and abs(quantity.high - working.value) <= (step + quantity.step) / 2
            )
    return False


def is_mean(sentence: Sentence, result: Operand, working: Apply) -> bool:
    """Whether a word makes a sum an average: "4 bits + 2 bits = 3 bits on average", "= average 3 bits"."""
    around = {token.stem for token in sentence.tokens[max(0, result.at - 2) : result.at + 4]}
    return working.op == "+" and bool(around & _MEANS)
