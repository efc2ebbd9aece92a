"""Brackets among figures and signs: where they end, and whether they begin a formula."""

from __future__ import annotations

from math import isclose
from typing import TYPE_CHECKING

from stratc.frontends.markdown.words.vocabulary import words
from stratc.frontends.markdown.workings.operand import Item, Operand

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.document.tokens import Token

_VERBS = words("is are be equal become give make take cost need")
_BEFORE = words("of and or so then but plus while")


def closing(tokens: Sequence[Token], at: int, end: int) -> int:
    """The index of the bracket that closes the one at an index; the end where none does."""
    depth = 0
    for index in range(at, end):
        depth += (tokens[index].sign == "(") - (tokens[index].sign == ")")
        if depth == 0:
            return index
    return end


def opens(tokens: Sequence[Token], at: int, close: int) -> bool:
    """Whether a bracket begins a formula: "a bubble of (16 - 1) / (4 × 64)", "= 9 and (256 + 32) / 72 = 4"."""
    behind = tokens[close + 1].sign if close + 1 < len(tokens) else ""
    divided = bool(behind) and behind in "/÷×*"
    return tokens[at - 1].stem in _VERBS or (tokens[at - 1].stem in _BEFORE and divided)


def is_beyond(tokens: Sequence[Token], at: int, end: int, close: int) -> bool:
    """Whether a bracket goes on, after what is read together, to its own result or to another part of a sum."""
    if close < end or end >= len(tokens):
        return False
    rest = tokens[end + 1 : closing(tokens, at, len(tokens))]
    if tokens[end].sign in ("→", "⇒", "➜"):
        return bool(rest) and rest[0].figure is not None
    parts = sum(token.figure is not None for token in rest) > 1 and any(token.sign in ("×", "*") for token in rest)
    return tokens[end].sign == "," and parts


def is_factor(tokens: Sequence[Token], before: Item, at: int, close: int) -> bool:
    """Whether brackets are the first factor of what follows: "58 layers in total: (0.11 + 0.22) × 58 = 19 ms"."""
    adds = any(token.sign == "+" for token in tokens[at:close]) and not any(t.sign == "=" for t in tokens[at:close])
    after = tokens[close + 1 : close + 3]
    times = len(after) == 2 and after[0].sign in ("×", "*", "·") and after[1].figure is not None
    if not (adds and times and isinstance(before, Operand) and tokens[at - 1].stem):
        return False
    summed = sum(token.figure.quantity.high for token in tokens[at:close] if token.figure)
    return not isclose(summed, before.value, rel_tol=0.05)


def is_multiplied(tokens: Sequence[Token], at: int, close: int, items: list[Item]) -> bool:
    """Whether a sum in brackets multiplies the factor before it: "M = 13 / 8 (4 + 12)", not "8 × 7 (4 + 3)"."""
    parts = [token.figure.value for token in tokens[at:close] if token.figure]
    before = items[-1] if items else None
    if isinstance(before, Operand) and len(parts) > 1 and isclose(sum(parts), before.value, rel_tol=0.01):
        return False
    factor = len(items) > 1 and items[-2] in ("×", "÷") and tokens[at - 1].figure is not None
    return factor and any(each.sign in ("+", "−") for each in tokens[at:close])
