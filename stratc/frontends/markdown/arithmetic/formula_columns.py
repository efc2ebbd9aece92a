"""Formulas beside their results in rows: "| Weights, 70.6 GB / 4 | 17.65 |", "state   24.83 B × 16 / 128   3.10 GB"."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from stratc.arith.term import Apply, Literal, Named
from stratc.arith.unit import COUNT, ONE, PERCENT, UNITS
from stratc.frontends.markdown.arithmetic.sums import Line, line_of
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.fence_kinds import is_tagged
from stratc.frontends.markdown.document.saying import equation
from stratc.frontends.markdown.words.vocabulary import words
from stratc.frontends.markdown.workings.operands import OVER, SPREAD
from stratc.frontends.markdown.workings.operators import SIGNS, degree_of
from stratc.frontends.markdown.workings.working import sides_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stratc.arith.term import Term
    from stratc.arith.unit import Unit
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_OPERATORS = frozenset("×*÷/+−-")
_LINES = (Kind.CODE, Kind.PARAGRAPH)  # indented lines are paragraphs
_LOOSE = words("per each every at and or to of from by with than versus vs minus plus least most")  # inside a formula
_DIVIDES = SPREAD | OVER | words("shard sharding dealt 分片")
_VOTES, _STRAY = 2, 1  # rows of a column that must hold for one that does not, and how many may not
_CAREFUL = 4  # or rows of the document, if it is the only one in all of it
_SMALL = 64  # up to which a whole number alone is no amount
_SLIP = 64.0  # times that a figure may be off
_ROUNDED = 0.02
_AXES = 3  # of the shape of what a model has several of
_SCALES = (1e3, 1e6, 1e9, 1e12)
_GAP = re.compile(r"(?<=\S)(?:\s{2,}|\t)(?=\S)")  # wide blanks between columns
_LED = re.compile(r"(?<=\S)(?:\s{2,}|\t|: )(?=\S)")  # or a colon, which a line of dots to the figure is read as
_MOST = 6  # cells of a row


class _Row(NamedTuple):
    """A figure, the formula beside it, and where in its table or block it stands."""

    line: Line
    term: Term
    place: object
    beside: frozenset[float] = frozenset()  # the numbers that stand beside the formula

    @property
    def is_alike(self) -> bool:
        """Whether the formula says by its units that it is worked out to this figure."""
        return self.term.dimension.uncounted == self.line.quantity.dimension.uncounted != COUNT

    @property
    def scale(self) -> float:
        """What one of the formula is of the figure: 1, its unit, or one that stands elsewhere; 0 where it is none."""
        stated, value = self.line.quantity, self.term.value
        scales = (1.0, stated.unit.scale, *(1 / each for each in _SCALES if stated.unit == ONE))
        return next((each for each in scales if stated.agrees(value * each, _ROUNDED)), 0.0)


def formula_columns(said: Iterable[Sentence], statements: Sequence[Statement], text: str) -> list[Statement]:
    """The statements with the workings that formulas in the same row give to figures.

    A formula may be a part of what is worked out: one that does not come to its figure is only taken for the working
    where others of the same column do, and then in the same unit as those.
    """
    found = {row.line.figure.start: row for row in _meant([*_rows(said, text)])}
    result = []
    for each in statements:
        row = found.pop(each.span.start, None)
        bare = each.working is None or (row is not None and not row.scale and _is_bare(each.working))
        if row is not None and bare and not isinstance(each.value, str):
            each = replace(each, working=row.term, quantity=each.quantity or row.line.quantity)
        result.append(each)
    return [*result, *(equation(row.line.sentence, row.line.figure, row.term) for row in found.values())]


def _meant(rows: Sequence[_Row]) -> Iterator[_Row]:
    """The rows whose formula is that of their figure: it comes to it, or others show that it was meant to."""
    columns: dict[object, list[_Row]] = {}
    for row in rows:
        columns.setdefault(row.place, []).append(row)
    held = sum(bool(row.scale) for row in rows)
    careful = held >= _CAREFUL and sum(map(_is_slip, rows)) == _STRAY
    for column in columns.values():
        scales = [row.scale for row in column if row.scale]
        proven = sum(map(_is_slip, column)) <= _STRAY and (careful or len(scales) >= _VOTES)
        for row in column:
            if row.scale:
                yield row
            elif proven and _is_slip(row):
                near = [each for each in _scales(row) if _is_near(row, each)]
                yield row._replace(term=_in_unit(row, max(near, key=scales.count)))
            elif row.is_alike and (scales or held >= _VOTES) and not _is_of_one(row, 1.0):
                yield row


def _is_slip(row: _Row) -> bool:
    """Whether a formula is that of its figure but for a slip: it has an amount among its factors, and is near it."""
    amounts = (each.unit is not None or each.number % 1 or each.number > _SMALL for each in _leaves(row.term))
    near = [each for each in _scales(row) if _is_near(row, each)]
    return not row.scale and bool(near) and any(amounts) and not any(_is_of_one(row, each) for each in near)


def _is_of_one(row: _Row, scale: float) -> bool:
    """Whether a formula may be that of one of several: the shape of a matrix, or what a number beside it counts."""
    times = row.line.quantity.value / (row.term.value * scale)
    leaves = [*_leaves(row.term)]
    shape = len(leaves) <= _AXES and all(each.unit is None and each.number > _SMALL for each in leaves)
    several = round(times) > 1 and abs(times / round(times) - 1) <= _ROUNDED
    return several and (round(times) in row.beside or (shape and not _divides(row.term)))


def _scales(row: _Row) -> tuple[float, ...]:
    return (1.0, row.line.quantity.unit.scale)


def _is_near(row: _Row, scale: float) -> bool:
    return 1 / _SLIP <= row.line.quantity.value / (row.term.value * scale) <= _SLIP


def _in_unit(row: _Row, scale: float) -> Term:
    """A formula of bare numbers with the unit of its figure, that of the other rows being such."""
    unit = row.line.quantity.unit
    if row.is_alike or unit.dimension == COUNT or row.term.dimension.uncounted != COUNT:
        return row.term
    if scale == unit.scale:
        return _with_unit(row.term, unit)
    plain = next((each for each in UNITS.values() if each.dimension == unit.dimension and each.scale == scale), None)
    return _with_unit(row.term, plain) if plain else row.term


def _with_unit(term: Term, unit: Unit) -> Term:
    """A term with a unit for one factor of each summand: the last bare one for bytes of each, else the largest."""
    match term:
        case Apply("+" | "-" as sign, left, right):
            return Apply(sign, _with_unit(left, unit), _with_unit(right, unit))
        case Apply("×", left, Literal(_, None) as right) if unit.scale == 1:
            return Apply("×", left, _with_unit(right, unit))
        case Apply("×", left, Literal(value, None) as right) if unit.scale != 1 and value > left.value:
            return Apply("×", left, _with_unit(right, unit))
        case Apply(sign, left, right):
            return Apply(sign, _with_unit(left, unit), right)
        case Literal(value, _, span):
            return Literal(value * unit.scale, unit, span)
        case Named(name, value, known, _):
            return Named(name, value * unit.scale, known, unit)
    return term


def _leaves(term: Term) -> Iterator[Literal | Named]:
    match term:
        case Apply(_, left, right):
            yield from (*_leaves(left), *_leaves(right))
        case Literal() | Named():
            yield term


def _is_bare(term: Term) -> bool:
    """Whether a working says no unit, which another reader gave it."""
    return term.dimension.uncounted == COUNT


def _rows(said: Iterable[Sentence], text: str) -> Iterator[_Row]:
    """Every formula that stands in a row right before its figure."""
    tables: dict[object, list[Sentence]] = {}
    for sentence in said:
        if sentence.block.kind is Kind.CELL:
            tables.setdefault((sentence.block.group, sentence.block.label), []).append(sentence)
        elif sentence.block.kind in _LINES and sentence.has_digit and not is_tagged(sentence.block.language):
            yield from _of_lines(sentence, text)
    for cells in tables.values():
        if 1 < len(cells) <= _MOST:
            yield from _of_cells(cells)


def _of_cells(cells: Sequence[Sentence]) -> Iterator[_Row]:
    """The formula of one cell, and the figure after it that it is meant for: the only one, or the first it comes to."""
    for at, cell in enumerate(cells[:-1]):
        term = _formula(cell, cell.value) if cell.has_digit else None
        label = {token.stem for token in (*cell.key, *cell.tokens)}
        if term is None or (not _divides(term) and label & _DIVIDES):
            continue
        lines = [line_of(each) for each in cells[at + 1 :] if each.has_digit]
        beside = _numbers(cells[0].tokens) - (_numbers(cell.tokens) if at == 0 else frozenset())
        rows = [
            _Row(each, term, (cell.block.group, cell.block.header, each.sentence.block.header), beside)
            for each in lines
            if each
        ]
        amounts = [row for row in rows if row.line.quantity.unit != PERCENT]
        found = rows if len(lines) == 1 else amounts if len(amounts) == 1 else []
        yield from found or [row for row in rows if row.scale][:1]
        return


def _numbers(tokens: Sequence[Token]) -> frozenset[float]:
    """The bare numbers of some words."""
    return frozenset(token.figure.value for token in tokens if token.figure is not None and token.figure.is_count)


def _of_lines(sentence: Sentence, text: str) -> Iterator[_Row]:
    """The formula of each line of a block, and the figure in the column after it."""
    fenced = sentence.block.kind is Kind.CODE
    place, gap = (sentence.block.group, _LED) if fenced else (sentence.scope.path, _GAP)
    starts = [at for at, (one, next_) in enumerate(pairwise(sentence.tokens), 1) if "\n" in text[one.end : next_.start]]
    for first, last in pairwise((0, *starts, len(sentence.tokens))):
        tokens = sentence.tokens[first:last]
        gaps = [*gap.finditer(text, tokens[0].start, tokens[-1].end)] if tokens else []
        if not gaps or any(token.sign and token.sign in "≈→" for token in tokens):
            continue
        shared = not _DIVIDES.isdisjoint(token.stem for token in tokens)
        for before, after in pairwise(_columns(tokens, gaps)):
            line = line_of(sentence._replace(tokens=after, value=after))
            term = _formula(sentence, before) if line is not None else None
            if line is not None and term is not None and (_divides(term) or not shared):
                yield _Row(line, term, place, _numbers(tokens) - _numbers(before))
                break


def _columns(tokens: Sequence[Token], gaps: list[re.Match[str]]) -> Iterator[tuple[Token, ...]]:
    """The tokens of a line between its gaps or signs of equality."""
    column: list[Token] = []
    for token in tokens:
        parted = token.sign == "="
        while gaps and gaps[0].end() <= token.start:
            parted = bool(gaps.pop(0))
        if parted and column:
            yield tuple(column)
            column = []
        if token.sign != "=" and not (gaps and gaps[0].start() <= token.start):
            column.append(token)
    if column:
        yield tuple(column)


def _formula(sentence: Sentence, tokens: Sequence[Token]) -> Term | None:
    """The arithmetic that some words end in, or that they hold in brackets at their end; None where it may lack a part.

    It does where an operator stands before the first figure or beside a word.
    """
    first = next((n for n in range(len(tokens)) if _begins(tokens, n)), len(tokens))
    if first and tokens[first - 1].sign in _OPERATORS:
        return None
    formula = _unbracketed(tokens[first:])
    if not _is_complete(formula):
        return None
    sides, end = sides_of(sentence._replace(tokens=tuple(formula)))
    term = sides[0] if len(sides) == 1 and end == len(formula) else None
    return term if isinstance(term, Apply) and term.value > 0 else None


def _begins(tokens: Sequence[Token], at: int) -> bool:
    """Whether a figure stands there, or a bracket that holds one first."""
    while at < len(tokens) and tokens[at].sign == "(":
        at += 1
    return at < len(tokens) and tokens[at].figure is not None


def _unbracketed(tokens: Sequence[Token]) -> Sequence[Token]:
    """What stands in brackets that hold all of it."""
    if not tokens or tokens[0].sign != "(" or tokens[-1].sign != ")":
        return tokens
    return tokens[1:-1] if not any(token.sign in "()" for token in tokens[1:-1] if token.sign) else tokens


def _is_complete(tokens: Sequence[Token]) -> bool:
    """Whether figures and words for what they count are all that a formula has between its operators."""
    for at, token in enumerate(tokens):
        if token.sign and token.sign not in SIGNS and token.sign not in "()^%":
            return False
        before = tokens[at - 1] if at else token
        hyphened = before.sign == "-" and before.end == token.start
        operated = before.sign in _OPERATORS and not hyphened
        if token.stem in _LOOSE or (token.stem and operated and not degree_of(token)):
            return False
    return bool(tokens)


def _divides(term: Term) -> bool:
    match term:
        case Apply(sign, left, right):
            return sign == "÷" or _divides(left) or _divides(right)
    return False
