"""Brackets after a figure that list, compare or name something, and are no formula of the figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.arith.unit import PERCENT
from stratc.frontends.markdown.document.notations import AXES
from stratc.frontends.markdown.words.vocabulary import DEVICES, words
from stratc.frontends.markdown.workings.heads_beside import widths_beside_heads
from stratc.frontends.markdown.workings.operand import Item, Operand
from stratc.frontends.markdown.workings.operators import degree_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token

_COMPARES = frozenset(("vs", "versus", "with", "against", "was", "previously", "formerly"))
_FAR = 5  # words between a figure and bare numbers in brackets
_KINDS = frozenset(
    ("active", "activated", "prompt", "output", "input", "forward", "backward", "used", "free", "sparse")
)
_MACHINES = words("node server machine host")


def is_no_formula(sentence: Sentence, before: Operand | None, items: list[Item], at: int) -> bool:
    """Whether brackets after a figure, from the token at an index, say something else than how it comes about."""
    return (
        _is_tally(sentence, items)
        or _are_sizes(items, before)
        or _are_kinds(items)
        or _are_shares(items, before)
        or _is_beside(sentence, before, items, at)
        or _are_machines(sentence, before, items)
        or _are_of_baseline(before, items)
        or _in_name(sentence, before)
    )


def _in_name(sentence: Sentence, before: Operand | None) -> bool:
    """Whether a figure is part of a name, to which brackets after it add something: "Coder-30B-A3B (30B / 3B)"."""
    if before is None or before.at < 2:
        return False
    word, dash, figure = sentence.tokens[before.at - 2 : before.at + 1]
    return bool(word.stem) and dash.sign == "-" and (word.end, dash.end) == (dash.start, figure.start)


def _is_tally(sentence: Sentence, items: list[Item]) -> bool:
    """Whether figures in brackets are only listed with slashes: "40 cases (22/9/8/1)"."""
    operands = [item for item in items if isinstance(item, Operand)]
    if len(operands) < 2 or {item for item in items if isinstance(item, str)} != {"÷"}:
        return False
    first, last = operands[0].span[0] - sentence.start, operands[-1].span[1] - sentence.start
    return all(char in "0123456789/" for char in sentence.text[max(0, first) : last])


def _are_kinds(items: list[Item]) -> bool:
    """Whether a slash parts figures of two kinds, each named after its own: "(46B total / 13B active)"."""
    named = [{word.stem for word in item.words} for item in items if isinstance(item, Operand)]
    parted = all(item == "÷" for item in items if isinstance(item, str))
    return parted and len(named) > 1 and any(not each.isdisjoint(_KINDS) for each in named)


def _are_shares(items: list[Item], before: Operand | None) -> bool:
    """Whether percentages with slashes tell two shares of a figure: "+25.7 MB (3% / 16%)"."""
    operands = [item for item in items if isinstance(item, Operand)]
    units = {item.unit.symbol if item.unit else "" for item in operands}
    measured = before is not None and before.unit is not None and before.unit.symbol != PERCENT.symbol
    return measured and units == {PERCENT.symbol} and {item for item in items if isinstance(item, str)} == {"÷"}


def _are_of_baseline(before: Operand | None, items: list[Item]) -> bool:
    """Whether a share is one of a run that brackets name by its size: "93 % of the baseline (128 GPUs / DP2)"."""
    match items:
        case [Operand() as devices, "÷", Operand(name=degree)] if degree:
            named = bool(DEVICES & {word.stem for word in devices.words})
            return named and before is not None and before.unit == PERCENT
    return False


def _is_beside(sentence: Sentence, before: Operand | None, items: list[Item], at: int) -> bool:
    """Whether brackets compare or add something ("(vs 5 / 17)"), or bare numbers stand far from the figure: "(4+2)"."""
    if any(token.stem in _COMPARES for token in sentence.tokens[at : at + 1]):
        return True
    if before is not None and "+" in items and _counts_others(sentence, before.at, at):
        return True
    bare = all(not item.words and item.unit is None for item in items if isinstance(item, Operand))
    between = sum(bool(token.stem) for token in sentence.tokens[before.at + 1 : at]) if before else 0
    return bare and between > _FAR


def _counts_others(sentence: Sentence, before: int, at: int) -> bool:
    """Whether a sum in brackets counts what a degree or a share is for: "EP=72 (256 + 32 experts)"."""
    named = [token.stem for token in sentence.tokens[max(0, before - 2) : before] if token.stem]
    shared = any(token.stem in ("each", "per") for token in sentence.tokens[before + 1 : at])
    return shared or widths_beside_heads(sentence.tokens, before, at) or named[-1:] in (["ep"], ["tp"], ["pp"], ["dp"])


def _are_sizes(items: list[Item], before: Operand | None) -> bool:
    """Whether sizes of one kind are listed with slashes: "Ministral (3B/8B/14B)", no ratio of the figure before."""
    operands = [item for item in items if isinstance(item, Operand)]
    units = {item.unit.dimension if item.unit else None for item in operands}
    parted = len(operands) > 1 and {item for item in items if isinstance(item, str)} == {"÷"}
    if not parted or len(units) != 1 or None in units:
        return False
    ratio = operands[0].value / operands[1].value if operands[1].value else 0.0
    return len(operands) > 2 or before is None or before.figure is None or not before.figure.quantity.agrees(ratio)


def _are_machines(sentence: Sentence, before: Operand | None, items: list[Item]) -> bool:
    """Whether brackets tell on what a list of degrees runs: "TP=1, EP=16, PP=1 (2 nodes × 8 GPUs)"."""
    match items:
        case [Operand() as nodes, "×", Operand() as devices] if before is not None:
            named = [{word.stem for word in each.words} for each in (nodes, devices)]
        case _:
            return False
    after = {token.stem for token in sentence.tokens[before.at + 1 : before.at + 3]}
    if before.value == nodes.value and after & _MACHINES:
        return True  # "the two-host job (2 × 8 H100)"
    counts = bool(named[0] & _MACHINES) and bool(named[1] & DEVICES)
    tokens = sentence.tokens[: before.at + 1]
    return counts and len({axis[0] for axis in map(degree_of, tokens) if axis} | _axes(tokens)) > 1


def _axes(tokens: Sequence[Token]) -> set[str]:
    """The axes that tokens name."""
    return {key.partition(".")[2] for key, _, _ in AXES.inside(tokens)}
