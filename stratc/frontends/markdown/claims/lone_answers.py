"""Tables of what is asked and what answers it, of which one answer is found nowhere else in the plan.

"| ≤ 25 ms between tokens | 20.1 ms |" in a plan that works out 16.8 ms, and repeats every other answer of the table.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from math import isclose
from typing import TYPE_CHECKING, NamedTuple

from stratc.arith.unit import BYTE, COUNT, REQUEST_RATE, SECOND, TOKEN_RATE
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import Role
from stratc.ir.statement import Goal, Relation
from stratc.text.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.arith.quantity import Quantity
    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_KINDS = (SECOND, TOKEN_RATE, REQUEST_RATE, BYTE)
_GIVEN = words("measured observed benchmarked today yesterday current old before 实测 现状")  # with no working anywhere
_SIGNS = frozenset("≤≥<>")
_FEWEST = 3  # answers of a table
_NEAR = 1.5  # times an answer that another figure may be, to be what was meant
_SAME = 0.006  # of figures that only differ by rounding


class _Answer(NamedTuple):
    """The figure that answers a bound, where it stands, and what it counts."""

    cell: Sentence
    figure: Figure
    quantity: Quantity


def lone_answers(said: Sequence[Sentence]) -> Iterator[Statement]:
    """Claims "answer.alone", their goal the nearest figure of its kind that the plan gives elsewhere."""
    rows: dict[int, dict[tuple[int, int], list[Sentence]]] = defaultdict(lambda: defaultdict(list))
    for each in said:
        if each.block.kind is Kind.CELL and each.scope.role in (Role.PLAN, Role.TARGET):
            rows[each.block.group][each.block.label].append(each)
    for group, table in rows.items():
        if not any(_SIGNS & set(cell.text) for row in table.values() for cell in row):
            continue
        answers = [answer for row in table.values() if (answer := _answer(row)) is not None]
        if len(answers) < _FEWEST:
            continue
        others = [each for each in said if each.block.group != group]
        alone = [each for each in answers if not _is_repeated(each, others)]
        if len(alone) == 1 and (rival := _rival(alone[0], others)) is not None:
            yield _said(alone[0], *rival)


def _answer(row: Sequence[Sentence]) -> _Answer | None:
    """The first figure of the cell behind the bound of a row, in the unit of the bound where it has none."""
    for at, cell in enumerate(row[:-1]):
        bound = next((each for index, each in cell.figures if _is_bound(cell, index)), None)
        if bound is None:
            continue
        kind, after = bound.quantity.dimension, row[at + 1]
        if _GIVEN & {token.stem for token in after.header}:
            return None
        figures = after.figures[-1:] if "=" in after.text else after.figures
        for index, figure in figures:
            if _is_bound(after, index):
                return None  # "| < 130 GB | > 165 GB |", when to worry
            quantity = figure.quantity
            if quantity.dimension == COUNT and len(figures) == 1 and kind != COUNT:
                scale = bound.quantity.unit.scale
                low, high = quantity.low * scale, quantity.high * scale
                quantity = replace(quantity, low=low, high=high, unit=bound.quantity.unit, step=quantity.step * scale)
            if quantity.dimension == kind:
                return _Answer(after, figure, quantity)
        return None
    return None


def _is_bound(cell: Sentence, at: int) -> bool:
    return relation_before(cell.tokens, at) is not Relation.IS


def _is_repeated(answer: _Answer, others: Sequence[Sentence]) -> bool:
    """Whether an answer brings its working, or stands elsewhere too, in whatever unit."""
    if "=" in answer.cell.text:
        return True
    written = {answer.quantity.value, answer.figure.quantity.value}
    written |= {each / answer.quantity.unit.scale for each in written}
    return any(
        isclose(each, other, rel_tol=_SAME)
        for sentence in others
        for _, figure in sentence.figures
        for other in (figure.quantity.low, figure.quantity.value)
        for each in written
    )


def _rival(answer: _Answer, others: Sequence[Sentence]) -> tuple[Sentence, Figure] | None:
    """The figure in the same unit that is nearest to an answer; None where none is near or no other figure is meant."""
    if answer.quantity.dimension not in _KINDS or answer.quantity.is_range or not answer.quantity.value:
        return None
    near = [
        (max(ratio, 1 / ratio), sentence.start, sentence, figure)
        for sentence in others
        if sentence.scope.role is Role.PLAN
        for at, figure in sentence.figures
        if figure.quantity.unit == answer.quantity.unit and figure.value and not _is_bound(sentence, at)
        for ratio in (figure.value / answer.quantity.value,)
        if 1 / _NEAR <= ratio <= _NEAR
    ]
    if not near:
        return None
    _, _, sentence, figure = min(near, key=lambda each: each[:2])
    return sentence, figure


def _said(answer: _Answer, sentence: Sentence, rival: Figure) -> Statement:
    place = (answer.figure.start, answer.figure.end)
    goal = Goal(Relation.IS, rival.quantity, Span(sentence.source, rival.start, rival.end))
    said = say(answer.cell, "answer.alone", answer.quantity.value, place, role=Role.PLAN)
    return replace(said, quantity=answer.quantity, goal=goal)
