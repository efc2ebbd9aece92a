"""Shares beside the amounts that they are shares of: a column of percentages, "MoE: 24 ms (60 %)" in a list."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from stratc.arith.term import Apply, Literal
from stratc.arith.unit import PERCENT
from stratc.frontends.markdown.arithmetic.sums import LOOSE, SHARED, TOTAL, line_of
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.workings.working import literal_of
from stratc.ir.statement import Relation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from stratc.frontends.markdown.arithmetic.sums import Line
    from stratc.frontends.markdown.document.blocks import Range
    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_LOOSE = LOOSE - {"reserve", "headroom", "active", "activated"}
_FEWEST, _MOST = 2, 24  # rows with a share
_NEAR = 0.011  # points that rounding so that all add up to 100 may cost
_CLOSE = 0.02


class _Row(NamedTuple):
    """An amount and the share that stands beside it, None where there is none."""

    line: Line
    at: Sentence
    share: Figure | None

    def is_share_of(self, whole: float) -> bool:
        """Whether the share is that of the amount in a whole, about."""
        if self.share is None or not whole:
            return False
        quantity, part = self.share.quantity, self.line.quantity
        slack = max(_NEAR, quantity.step / 2) + part.step / 2 / whole
        if quantity.value < 10 * _NEAR:
            slack = quantity.step / 2 + part.step / 2 / whole + _CLOSE * quantity.value
        return abs(quantity.value - part.value / whole) <= slack + _CLOSE * quantity.value


def row_shares(said: Iterable[Sentence]) -> Iterator[Statement]:
    """Statements "row.share": the shares of a table or list that are of another whole than the others.

    The whole is the total below them, what a share says it is of, or what most of the shares imply; the working is the
    amount over the whole.  What agrees is not said, as nothing is wrong with it.
    """
    tables: dict[int, list[Sentence]] = {}
    lists: dict[object, list[_Row]] = {}
    for each in said:
        if each.block.kind is Kind.CELL and each.header and each.key:
            tables.setdefault(each.block.group, []).append(each)
        elif each.block.kind is Kind.ITEM and each.key and each.has_digit and (row := _of_item(each)):
            lists.setdefault((each.scope.path, each.lead, each.block.depth), []).append(row)
    for cells in tables.values():
        yield from _of_table(cells)
    for rows in lists.values():
        yield from _of_rows(rows)


def _of_table(cells: Sequence[Sentence]) -> Iterator[Statement]:
    """The shares of a table with one column of them, and the amounts in the last column of amounts before it."""
    headings = {each.header[0].start: each.header for each in cells}
    shares = [at for at, header in headings.items() if _heads_shares(header)]
    if len(shares) != 1:
        return
    lines = {(each.block.label, each.header[0].start): line for each in cells if (line := line_of(each))}
    before = [at for at in headings if at < shares[0] and _are_amounts(lines, at)]
    if not before:
        return
    share = {each.block.label: each for each in cells if each.header[0].start == shares[0]}
    rows = [
        _Row(line, share.get(label, line.sentence), _share_in(share[label], 0) if label in share else None)
        for (label, at), line in lines.items()
        if at == before[-1]
    ]
    told = [token.figure for token in headings[shares[0]] if token.figure is not None]
    yield from _of_rows(rows, literal_of(cells[0], told[0]) if len(told) == 1 else None)


def _heads_shares(header: Sequence[Token]) -> bool:
    """Whether a column is one of shares, by its words or by the whole that they are of: "of 80 GB"."""
    stems = [token.stem or token.sign for token in header]
    return bool(set(stems) & SHARED) or (stems[:1] == ["of"] and any(token.figure for token in header))


def _are_amounts(lines: Mapping[tuple[Range, int], Line], column: int) -> bool:
    units = {line.quantity.unit for (_, at), line in lines.items() if at == column}
    return bool(units) and PERCENT not in units


def _of_item(item: Sentence) -> _Row | None:
    """The amount of an item and the share in brackets right after it."""
    line = line_of(item)
    if line is None or line.quantity.unit == PERCENT:
        return None
    at = next(n for n, token in enumerate(item.tokens) if token.figure is line.figure)
    alone = [token.sign for token in item.tokens[at + 1 : at + 4]] == ["(", "", ")"]
    return _Row(line, item, _share_in(item, at + 2) if alone else None)


def _share_in(sentence: Sentence, at: int) -> Figure | None:
    """The exact percentage at an index."""
    figure = sentence.tokens[at].figure if at < len(sentence.tokens) else None
    exact = figure is not None and figure.quantity.unit == PERCENT and not (figure.quantity.is_range or figure.more)
    return figure if exact and relation_before(sentence.tokens, at) is Relation.IS else None


def _of_rows(rows: Sequence[_Row], told: Literal | None = None) -> Iterator[Statement]:
    """The shares of rows of one kind that do not go with the others; `told` is a whole that their heading names."""
    end = next((at for at, row in enumerate(rows) if row.line.label & TOTAL), len(rows))
    parts, total = [row for row in rows[:end] if row.share is not None], rows[end] if end < len(rows) else None
    if not _FEWEST <= len(parts) <= _MOST or len({row.line.quantity.dimension for row in parts}) != 1:
        return
    if any((row.line.label | {token.stem for token in row.at.tokens}) & _LOOSE for row in parts):
        return
    stated = told or (_literal(total) if total and (total.share is None or total.share.value > 1 - _NEAR) else None)
    if stated is None or stated.dimension != parts[0].line.quantity.dimension or not _agreeing(parts, stated.value):
        stated = None
    whole = stated or _implied_by([*parts, total] if total and total.share else parts)
    for row in parts if whole else ():
        if whole and row.share and not row.is_share_of(whole.value) and row.line.quantity.value < whole.value:
            said = say(row.at, "row.share", row.share.value, (row.share.start, row.share.end), figure=row.share)
            yield replace(said, working=Apply("÷", _literal(row), whole), cause="told" if stated else "")


def _literal(row: _Row) -> Literal:
    return literal_of(row.line.sentence, row.line.figure._replace(quantity=row.line.quantity))


def _implied_by(rows: Sequence[_Row]) -> Literal | None:
    """The whole that most of the shares imply, where at least two do and not all."""
    wholes = [row.line.quantity.value / row.share.value for row in rows if row.share and row.share.value]
    best = max(wholes, key=lambda whole: _agreeing(rows, whole), default=0.0)
    agreeing = _agreeing(rows, best)
    clear = _FEWEST <= agreeing < len(rows) < 2 * agreeing
    return Literal(best, rows[0].line.quantity.unit) if clear else None


def _agreeing(rows: Sequence[_Row], whole: float) -> int:
    return sum(row.is_share_of(whole) for row in rows)
