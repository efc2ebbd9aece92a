"""Totals at the end of rows: "| Weights | Cache | Activations | Total |", each row added up by itself."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING, NamedTuple

from stratc.arith.term import Apply
from stratc.arith.unit import BYTE, FLOP, PARAMETER, SECOND
from stratc.frontends.markdown.arithmetic.sums import TOTAL, Line, line_of
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.workings.working import literal_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stratc.arith.term import Term
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_ADDED = (BYTE, FLOP, PARAMETER, SECOND)
_NOTHING = frozenset("-–—/0")  # a cell that says so has no part
_FEWEST = 2


class _Row(NamedTuple):
    """A total and the figures left of it."""

    total: Line
    parts: tuple[Line, ...]

    @property
    def holds(self) -> bool:
        """Whether the figures come to the total, as far as all are rounded."""
        summed, stated = sum(each.quantity.value for each in self.parts), self.total.quantity
        return abs(summed - stated.value) <= (stated.step + sum(each.quantity.step for each in self.parts)) / 2


def row_sums(said: Iterable[Sentence], statements: Sequence[Statement]) -> list[Statement]:
    """The statements, each total of a row with the row added up as its working, and as a "sum.total".

    Only in tables where that holds for as many rows as not, so that nobody adds what is no part.
    """
    tables: dict[int, dict[object, list[Sentence]]] = {}
    for each in said:
        if each.block.kind is Kind.CELL and _column(each) and each.block.label[0] != each.block.start:
            tables.setdefault(each.block.group, {}).setdefault(each.block.label, []).append(each)
    found: dict[int, _Row] = {}
    for rows in tables.values():
        added = [row for cells in rows.values() if (row := _row(cells)) is not None]
        found.update((row.total.figure.start, row) for row in _added(added))
    result = [_summed(row) for row in found.values()]
    for statement in statements:
        row = found.get(statement.span.start)
        if row is not None and statement.working is None and not isinstance(statement.value, str):
            statement = replace(statement, working=_term(row), quantity=statement.quantity or row.total.quantity)
        result.append(statement)
    return result


def _added(rows: Sequence[_Row]) -> Sequence[_Row]:
    """The rows, with so many columns before the total that most rows come to it; none where that is never so."""
    most = max((len(row.parts) for row in rows), default=0)
    for count in range(most, _FEWEST - 1, -1):
        cut = [row._replace(parts=row.parts[-count:]) for row in rows]
        if 2 * sum(row.holds for row in cut) >= len(cut) > (count < most):
            return cut
    return ()


def _row(cells: Sequence[Sentence]) -> _Row | None:
    """The total of a row and its parts, all in one dimension; None where a cell before it is not understood."""
    end = next((at for at, each in enumerate(cells) if _is_total(each)), 0)
    total = line_of(cells[end]) if end else None
    if total is None or total.quantity.dimension not in _ADDED:
        return None
    parts = []
    for cell in cells[:end]:
        line = line_of(cell)
        if line is not None and line.quantity.dimension == total.quantity.dimension:
            parts.append(line)
        elif line is None and cell.has_digit and not _NOTHING.issuperset(cell.text.strip()):
            return None
    return _Row(total, tuple(parts)) if len(parts) >= _FEWEST else None


def _column(cell: Sentence) -> tuple[Token, ...]:
    """The heading of the column, which for a row that is a layout has become the label."""
    return cell.header or cell.key


def _is_total(cell: Sentence) -> bool:
    return _column(cell)[0].stem in TOTAL


def _term(row: _Row) -> Term:
    terms: list[Term] = [literal_of(each.sentence, each.figure._replace(quantity=each.quantity)) for each in row.parts]
    return reduce(lambda left, right: Apply("+", left, right), terms)


def _summed(row: _Row) -> Statement:
    total = row.total
    place = (total.figure.start, total.figure.end)
    return replace(
        say(total.sentence, "sum.total", total.quantity.value, place, figure=total.figure), working=_term(row)
    )
