"""Formulas that are the item below their figure, "- KV cache: 12 GB" over "2 × 32 × 8 × … bytes", or above a result."""

from __future__ import annotations

from dataclasses import replace
from math import isclose, log2
from typing import TYPE_CHECKING

from stratc.arith.term import Apply
from stratc.arith.unit import COUNT, FLOP
from stratc.frontends.markdown.arithmetic.sums import Line, line_of
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import equation
from stratc.frontends.markdown.words.vocabulary import words
from stratc.frontends.markdown.workings.operands import OVER, SPREAD
from stratc.frontends.markdown.workings.working import sides_of
from stratc.ir.statement import Per

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.arith.term import Term
    from stratc.arith.unit import Dimension
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_FORMULA = words("formula calculation computation derivation working 计算 公式 推导")
_RESULT = words("result total value size 结果 合计")
_DIVIDES = SPREAD | OVER | words("per each shard sharding split divide ÷ /")
_NEAR = 1.25  # times; what is off by less has lost a rounding or an overhead
_LED = 2  # words before the first figure
_WHOLE = (Per.UNSAID, Per.TOTAL)


def workings_below(said: Sequence[Sentence], statements: Sequence[Statement]) -> list[Statement]:
    """The statements with such formulas as their workings.

    What may be divided in words beside the formula is its upper bound, and only said where the figure is above it.
    """
    found = {line.figure.start: (line, term, bound) for line, term, bound in _found(said)}
    result = []
    for statement in statements:
        line, term, bound = found.pop(statement.span.start, (None, None, False))
        if line is not None and term is not None and statement.working is None and statement.quantity is not None:
            least = bound or (statement.per not in _WHOLE and not _divides(term))
            if _is_kept(line.quantity.value, term, least):
                statement = replace(statement, working=term)
        result.append(statement)
    unnamed = ((line, term) for line, term, bound in found.values() if _is_meant(line, term, bound))
    return [*result, *(equation(line.sentence, line.figure, term) for line, term in unnamed)]


def _is_meant(line: Line, term: Term, bound: bool) -> bool:
    whole = not line.label & _DIVIDES and not {each.stem for each in line.sentence.tokens} & _DIVIDES
    return _is_kept(line.quantity.value, term, bound or not whole)


def _is_kept(stated: float, term: Term, bound: bool) -> bool:
    """Whether a formula tells of the figure: it comes to it, or is beyond what a rounding or a degree explains."""
    ratio = term.value / stated if stated > 0 else 0.0
    if ratio <= 0:
        return False
    if bound:
        return ratio * _NEAR < 1
    shared = ratio > 1 and isclose(log2(ratio), round(log2(ratio)), abs_tol=0.05)  # over devices that nobody names
    return not shared and not 1 / _NEAR < ratio < _NEAR


def _divides(term: Term) -> bool:
    match term:
        case Apply(sign, left, right):
            return sign == "÷" or _divides(left) or _divides(right)
    return False


def _found(said: Sequence[Sentence]) -> Iterator[tuple[Line, Term, bool]]:
    """Figures of items with the formula below each, and whether the words around it may divide it further."""
    for at, parent in enumerate(said[:-1]):
        below = said[at + 1]
        if _is_result(parent, below):
            yield from _above(parent, below)
            continue
        nested = below.block.kind is Kind.ITEM is parent.block.kind and below.block.depth > parent.block.depth
        if not nested or not parent.has_digit or not below.has_digit or below.scope.path != parent.scope.path:
            continue
        items = list(_items(said, at + 1, parent.block.depth))
        if any(each.figures for each in items[1:]) or (line := line_of(parent)) is None:
            continue
        term, bound = _term(below)
        if term is not None and _is_of(term.dimension.uncounted, line.quantity.dimension):
            yield line, term, bound or any(each.has_digit or each.stems & _DIVIDES for each in items[1:])


def _is_of(found: Dimension, stated: Dimension) -> bool:
    """Whether a formula has the unit of its figure; operations are counted without one."""
    return stated != COUNT and (found == stated or (found == COUNT and stated == FLOP))


def _is_result(formula: Sentence, below: Sentence) -> bool:
    """Whether two items after one another are labelled as a formula and as its result."""
    beside = formula.block.kind is Kind.ITEM is below.block.kind and formula.block.depth == below.block.depth
    return beside and bool(formula.key_stems & _FORMULA and below.key_stems) and below.key_stems <= _RESULT


def _above(formula: Sentence, result: Sentence) -> Iterator[tuple[Line, Term, bool]]:
    line, (term, bound) = line_of(result), _term(formula)
    if line is not None and term is not None and _is_of(term.dimension.uncounted, line.quantity.dimension):
        yield line, term, bound


def _items(said: Sequence[Sentence], start: int, depth: int) -> Iterator[Sentence]:
    """The items below one of a depth."""
    for each in said[start:]:
        if each.block.kind is not Kind.ITEM or each.block.depth <= depth:
            return
        yield each


def _term(sentence: Sentence) -> tuple[Term | None, bool]:
    """The arithmetic that an item is, and whether it ends in words by which it is divided: "÷ parallel degrees"."""
    if sentence.key_stems - _FORMULA:
        return None, False
    tokens = sentence.value if sentence.key else sentence.tokens
    begin = next((at for at, token in enumerate(tokens[: _LED + 1]) if not token.stem), 0)  # "Batch 128 × …"
    value = sentence._replace(tokens=tokens[begin:])
    last = max((at for at, token in enumerate(value.tokens) if token.figure is not None), default=-1)
    end = next((at for at in range(last + 1, len(value.tokens)) if value.tokens[at].sign in ("÷", "/")), None)
    cut = value if end is None else value._replace(tokens=value.tokens[:end])
    sides, stop = sides_of(cut)
    if len(sides) != 1 or not isinstance(sides[0], Apply) or stop < last:
        return None, False
    rest = {token.stem for token in value.tokens[last + 1 :] if token.stem}
    return sides[0], end is not None or bool(rest & _DIVIDES)
