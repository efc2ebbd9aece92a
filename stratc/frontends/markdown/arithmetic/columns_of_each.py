"""Columns of a table for one, for how many and for all: "| Part | Count | Each | Together |"."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from stratc.arith.term import Apply, Literal
from stratc.arith.unit import COUNT, PERCENT, REQUEST_RATE, SECOND, SEQUENCE, SEQUENCE_RATE, TOKEN_RATE
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.figures import COUNTED_FOR
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.facts.looks import spoken
from stratc.frontends.markdown.words.vocabulary import words
from stratc.frontends.markdown.workings.working import literal_of
from stratc.ir.scope import Role
from stratc.ir.statement import Per, Relation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_COUNTS = words("count number qty quantity piece amount unit copie instance")
_ONE = words("each per one single apiece every")
_ALL = words("total together all sum overall combined fleet cluster farm aggregate altogether pool")
_MACHINE = words("node box server host machine system")
_LOOSE = words(
    "max min peak limit share percent average mean before after target saving max_num cost price layer token"
)
_RATES = (TOKEN_RATE, REQUEST_RATE, SEQUENCE_RATE)
_NEAR = 0.05


class _Cell(NamedTuple):
    """The one figure of a cell, in the unit that is meant."""

    sentence: Sentence
    figure: Figure


_Row = dict[object, _Cell]


def columns_of_each(said: Iterable[Sentence]) -> Iterator[Statement]:
    """Statements "product" and "rate.all" of what stands below a column of all, beside what each of them has.

    Where no column counts them, the ratio of the other rows does, or the number of devices or replicas of the plan.
    """
    tables: dict[int, list[Sentence]] = {}
    for each in said:
        if each.block.kind is Kind.CELL and each.header and each.scope.role in (Role.PLAN, Role.TARGET):
            tables.setdefault(each.block.group, []).append(each)
    for cells in tables.values():
        yield from _of_table(cells)


def _of_table(cells: Sequence[Sentence]) -> Iterator[Statement]:
    headings = {each.block.header: each.header for each in cells}
    ones, alls = ([at for at, header in headings.items() if kind(header)] for kind in (_is_one, _is_all))
    counts = [at for at, header in headings.items() if _stems(header) & _COUNTS and at not in (*ones, *alls)]
    if len(ones) != 1 or len(counts) > 1:
        return
    machines = [at for at, header in headings.items() if _stems(header) & _MACHINE and at not in ones]
    column = (alls or machines)[0] if len(alls or machines) == 1 else None
    rows: dict[object, _Row] = {}
    for each in cells:
        if (figure := _figure(each)) is not None:
            rows.setdefault(each.block.label, {})[each.block.header] = _Cell(each, figure)
    pairs = [row for row in rows.values() if ones[0] in row and column in row and _alike(row[ones[0]], row[column])]
    if counts:
        yield from _counted([row for row in pairs if counts[0] in row], ones[0], column, counts[0])
    elif pairs:
        yield from _rated(pairs, ones[0], column, _holder(headings[ones[0]]), of_all=bool(alls))


def _counted(rows: Sequence[_Row], one: object, every: object, count: object) -> Iterator[Statement]:
    """Each times the count of the row, where that is what most rows have."""
    whole = [row for row in rows if row[count].figure.is_count]
    found = [(row, Apply("×", _literal(row[count]), _literal(row[one]))) for row in whole]
    apart = [(row, term) for row, term in found if not row[every].figure.quantity.agrees(term.value, _NEAR)]
    if 2 * len(apart) <= len(found) or len(found) == 1:
        for row, term in apart:
            yield replace(_stated(row[every], "product"), working=term)


def _rated(rows: Sequence[_Row], one: object, every: object, per: Per, *, of_all: bool) -> Iterator[Statement]:
    """Each times the number that the other rows imply, else times that of the plan."""
    ratios = [row[every].figure.value / row[one].figure.value for row in rows]
    wholes = Counter(round(each) for each in ratios if _is_whole(each))
    ends = (min(wholes), max(wholes)) if wholes else ()
    for row, ratio in zip(rows, ratios, strict=True):
        dimension = row[every].figure.quantity.dimension
        if dimension not in (*_RATES, SEQUENCE, COUNT) or ratio <= 1:
            continue
        told, rate = _stated(row[every], "rate.all", per), dimension in _RATES
        usual = _usual(wholes, ratio)
        if usual is not None and _are_apart(usual, ratio):
            yield replace(told, working=Apply("×", Literal(float(usual)), _literal(row[one])))
        elif rate and per is not Per.UNSAID and (of_all or any(_are_apart(each, ratio) for each in ends)):
            yield replace(told, working=_literal(row[one]))


def _is_whole(ratio: float) -> bool:
    """Whether a ratio is that of a whole number of several."""
    return abs(ratio - round(ratio)) < _NEAR < ratio - 1


def _are_apart(one: float, other: float) -> bool:
    return abs(one - other) > _NEAR * other


def _usual(wholes: Counter[int], ratio: float) -> int | None:
    """The one whole ratio that at least two other rows have; None where they have several."""
    if len(wholes) > 2:
        return None
    others = wholes - Counter([round(ratio)] if _is_whole(ratio) else [])
    return next(iter(others)) if len(others) == 1 and others.total() > 1 else None


def _stems(header: Sequence[Token]) -> set[str]:
    return {token.stem for token in header}


def _is_one(header: Sequence[Token]) -> bool:
    stems = _stems(header)
    return bool(stems & _ONE) and not stems & (_ALL | _LOOSE)


def _is_all(header: Sequence[Token]) -> bool:
    stems = _stems(header)
    return bool(stems & _ALL) and not stems & (_ONE | _LOOSE)


def _holder(header: Sequence[Token]) -> Per:
    """What a column of one counts for: a device or a replica."""
    found = {COUNTED_FOR[token.stem] for token in header if token.stem in COUNTED_FOR}
    return found.pop() if len(found) == 1 and found <= {Per.DEVICE, Per.REPLICA} else Per.UNSAID


def _figure(cell: Sentence) -> Figure | None:
    """The only figure of a cell, exact and in no per cent."""
    if len(cell.figures) != 1:
        return None
    (at, figure), *_ = cell.figures
    told = spoken(cell, at)
    quantity = told.quantity if told else figure.quantity
    loose = quantity.unit == PERCENT or quantity.is_range or figure.more or figure.times or quantity.value <= 0
    exact = not loose and relation_before(cell.tokens, at) is Relation.IS
    return figure._replace(quantity=quantity) if exact else None


def _alike(one: _Cell, every: _Cell) -> bool:
    dimension = one.figure.quantity.dimension
    return dimension == every.figure.quantity.dimension and dimension != SECOND


def _literal(cell: _Cell) -> Literal:
    return literal_of(cell.sentence, cell.figure)


def _stated(cell: _Cell, subject: str, per: Per = Per.UNSAID) -> Statement:
    place = (cell.figure.start, cell.figure.end)
    return say(cell.sentence, subject, cell.figure.value, place, figure=cell.figure, per=per)
