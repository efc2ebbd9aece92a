"""Tables of a run on more and more devices, whose rows state how well it scales: "| 256 | 2.3M | 89 % |"."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from stratc.arith.term import Apply
from stratc.arith.unit import PERCENT
from stratc.frontends.markdown.arithmetic.sums import line_of
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.words.vocabulary import words
from stratc.frontends.markdown.workings.working import literal_of
from stratc.ir.scope import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from stratc.arith.term import Literal, Term
    from stratc.frontends.markdown.arithmetic.sums import Line
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.scope import Scope
    from stratc.ir.statement import Statement

_RATES, _TIMES = words("throughput token tok sample"), words("time step iteration")
_OF_OTHERS = words("mfu bandwidth cost energy power memory bubble pipeline kernel overlap")
_SURE, _NEAR, _MISSED = 0.01, 0.015, 0.03
_FEWEST = 3


Form: TypeAlias = "Callable[[_Row, _Row, frozenset[str]], Term]"


class _Row(NamedTuple):
    """The figures of a row: its devices, its rate or time, and the efficiency that it states."""

    devices: Literal
    measure: Literal
    stated: Line


def scaling_tables(said: Iterable[Sentence]) -> Iterator[Statement]:
    """Statements "product": a scaling efficiency, its working the gain over that of devices since the first row.

    Only where the other rows come about so, and not each from the row before it.
    """
    tables: dict[int, dict[object, dict[object, Sentence]]] = {}
    for each in said:
        if each.block.kind is Kind.CELL and each.has_digit:
            tables.setdefault(each.block.group, {}).setdefault(each.block.label, {})[each.block.header] = each
    for rows in tables.values():
        stems = {column: _stems(cell) for cells in rows.values() for column, cell in cells.items()}
        shares = [column for column in stems if "efficiency" in stems[column] and not stems[column] & _OF_OTHERS]
        counts = [column for column in stems if stems[column] in ({"gpu"}, {"number", "of", "gpu"})]
        measures = [column for column in stems if stems[column] & (_RATES | _TIMES) and column not in shares]
        if len(shares) == len(counts) == len(measures) == 1 and len(rows) >= _FEWEST:
            yield from _of_rows(_read(rows.values(), counts[0], measures[0], shares[0]), stems[measures[0]])


def _read(rows: Iterable[dict[object, Sentence]], *columns: object) -> list[_Row]:
    """The rows that have one exact figure in each of the three columns."""
    found = []
    for cells in rows:
        lines = [line_of(cells[column]) if column in cells else None for column in columns]
        count, measure, share = lines
        if (
            count
            and measure
            and share
            and share.quantity.unit == PERCENT
            and min(count.figure.value, measure.figure.value) > 0
        ):
            found.append(
                _Row(literal_of(count.sentence, count.figure), literal_of(measure.sentence, measure.figure), share)
            )
    return found


def _of_rows(rows: Sequence[_Row], measure: frozenset[str]) -> Iterator[Statement]:
    """The rows that are apart from what most rows agree with."""
    if len(rows) < _FEWEST or abs(rows[0].stated.quantity.value - 1) > _NEAR:
        return
    each_device = "per" in measure or "gpu" in measure
    forms = [_alone] if each_device else [_of_rates] if measure & _RATES else [_of_times, _alone]
    if any(all(_agree(form, one, row, measure, _SURE) for one, row in pairwise(rows)) for form in forms):
        return  # each row counts from the one before it
    for form in forms:
        apart = [row for row in rows[1:] if not _agree(form, rows[0], row, measure, _NEAR)]
        if len(apart) * 2 < len(rows) - 1:
            for row in apart:
                if not _agree(form, rows[0], row, measure, _MISSED):
                    figure = row.stated.figure
                    said = say(row.stated.sentence, "product", figure.value, (figure.start, figure.end), figure=figure)
                    yield replace(said, scope=_of_plan(said.scope), working=form(rows[0], row, measure))
            return


def _of_plan(scope: Scope) -> Scope:
    """The scope of a row for another number of devices, whose arithmetic is the plan's all the same."""
    return replace(scope, role=Role.PLAN, strategy="") if scope.role is Role.ALTERNATIVE else scope


def _agree(form: Form, base: _Row, row: _Row, measure: frozenset[str], near: float) -> bool:
    """Whether a row states what comes of another one."""
    return abs(form(base, row, measure).value - row.stated.quantity.value) <= near


def _of_rates(base: _Row, row: _Row, _: frozenset[str]) -> Term:
    """The gain in rate over the gain in devices."""
    return Apply("÷", Apply("÷", row.measure, base.measure), Apply("÷", row.devices, base.devices))


def _of_times(base: _Row, row: _Row, _: frozenset[str]) -> Term:
    """The saving in time of the same work over the gain in devices."""
    return Apply("÷", Apply("÷", base.measure, row.measure), Apply("÷", row.devices, base.devices))


def _alone(base: _Row, row: _Row, measure: frozenset[str]) -> Term:
    """The rate of a device over that of the first row, or the time of the first row over that of work that grew."""
    one, other = (row.measure, base.measure) if measure & _RATES else (base.measure, row.measure)
    return Apply("÷", one, other)


def _stems(cell: Sentence) -> frozenset[str]:
    """The words above a cell, which are its label where the row is a strategy."""
    return frozenset(token.stem for token in cell.header or cell.key if token.stem)
