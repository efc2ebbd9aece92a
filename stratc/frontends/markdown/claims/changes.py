"""Rows of tables that compare: an old figure, a new one, and the change that the row states of them."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from stratc.arith.term import Apply
from stratc.arith.unit import COUNT, PERCENT
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.words.vocabulary import words
from stratc.frontends.markdown.workings.working import literal_of
from stratc.ir.statement import Relation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_CHANGE = words("improvement improved change gain speedup increase reduction delta difference saving")
_LEFT = words("margin headroom")  # what is counted from a goal
_TARGET = words("target requirement limit goal threshold required status metric")
_CELLS = 3  # of a row that compares: old, new, change


def changes(said: Iterable[Sentence]) -> Iterator[Statement]:
    """Statements "change.ratio": the stated change with new ÷ old as its working, one for every pair it may mean."""
    cells = (each for each in said if each.block.kind is Kind.CELL and each.header)
    for _, table in groupby(cells, key=lambda each: each.block.group):
        rows = [
            values
            for _, row in groupby(table, key=lambda each: each.block.label)
            if len(values := [each for each in row if each.block.label[0] != each.block.start]) == _CELLS
            and _stems(values[2]) & (_LEFT if _compares_with_goal(values) else _CHANGE)
        ]
        if not any(_is_baseline(change) for _, _, change in rows):
            for old, new, change in rows:
                yield from _of_row(old, new, change)


def _is_baseline(change: Sentence) -> bool:
    """Whether a change of "1.00x" makes its row the one with which the other rows are compared."""
    figures = _figures(change)
    return len(figures) == 1 and figures[0].times and figures[0].value == 1


def with_changes(statements: list[Statement], found: Sequence[Statement]) -> list[Statement]:
    """All statements, without those that take a change for a share: "650 %" more of the devices in use."""
    places = {each.span for each in found}
    return [*(each for each in statements if each.span not in places or not _is_share(each)), *found]


def _is_share(said: Statement) -> bool:
    return said.subject.partition(".")[0] == "utilisation" or said.subject == "memory.share"


def _stems(cell: Sentence) -> set[str]:
    return {token.stem for token in cell.header}


def _compares_with_goal(cells: Sequence[Sentence]) -> bool:
    return any(_stems(each) & _TARGET for each in cells[:2])


def _of_row(old: Sentence, new: Sentence, change: Sentence) -> Iterator[Statement]:
    figures = _figures(change)
    before, after = _figures(old, bound=bool(_stems(change) & _LEFT)), _figures(new)
    if len(figures) != 1 or len(before) != len(after) or figures[0].quantity.dimension != COUNT:
        return
    (stated,) = figures
    percent = stated.quantity.unit == PERCENT
    if not (stated.times or percent) or (percent and "speedup" in _stems(change)):
        return  # a difference in numbers; a speed-up in per cent is the ratio
    for one, other in zip(before, after, strict=True):
        same = one.quantity.unit.dimension == other.quantity.unit.dimension
        if same and one.value > 0 and other.value > 0 and one.value != other.value:
            ratio = Apply("÷", literal_of(new, other), literal_of(old, one))
            place = (stated.start, stated.end)
            yield replace(say(change, "change.ratio", stated.value, place, figure=stated), working=ratio)


def _figures(cell: Sentence, *, bound: bool = False) -> tuple[Figure, ...]:
    """The exact figures of a cell; nothing where one is a range or approximate, or a bound where none is asked for."""
    tokens = cell.tokens
    found = [(at, token.figure) for at, token in enumerate(tokens) if token.figure is not None]
    for at, figure in found:
        quantity = figure.quantity
        loose = quantity.is_range or quantity.approximate or figure.more
        if loose or (not bound and relation_before(tokens, at) is not Relation.IS):
            return ()
    return tuple(figure for _, figure in found)
