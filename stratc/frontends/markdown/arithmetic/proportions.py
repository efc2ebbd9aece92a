"""Columns of a table that go together in every row but one: utilisation with a rate, a rate with the time of a step."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from stratc.arith.term import Apply
from stratc.arith.unit import COUNT, SEQUENCE, TOKEN
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.words.vocabulary import words
from stratc.frontends.markdown.workings.working import literal_of
from stratc.ir.statement import Relation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stratc.arith.term import Term
    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_NEAR, _FAR = 0.04, 0.15
_FEWEST = 3  # rows that agree
_MOST_APART = 4  # one row of so many may be apart
_SECONDS = words("s sec second")
_TIMES = words("step tpot latency")
_OTHER_WORK = {  # columns whose value explains why a row is another case
    "mfu": words("model parameter param seq sequence length context peak precision dtype hardware gpu"),
    "rate": words("model batch mbs seq sequence length user concurrency concurrent request gpu dp replica"),
}


class _Cell(NamedTuple):
    sentence: Sentence
    figure: Figure
    column: frozenset[str]


def proportions(said: Iterable[Sentence]) -> Iterator[Statement]:
    """Statements "row.apart": a figure that is not to another of its row as in the other rows, and the one that is."""
    tables: dict[int, dict[object, dict[object, _Cell]]] = {}
    for sentence in said:
        block = sentence.block
        of_table = block.kind is Kind.CELL and block.header != block.label and sentence.has_digit
        if of_table and (figure := _only(sentence)) is not None:
            stems = frozenset(token.stem for token in (sentence.header or sentence.key))
            rows = tables.setdefault(block.group, {})
            rows.setdefault(block.label, {})[block.header] = _Cell(sentence, figure, stems)
    for rows in tables.values():
        if len(rows) > _FEWEST:
            yield from _of_table(tuple(rows.values()))


def _only(sentence: Sentence) -> Figure | None:
    """The figure of a cell that gives one and nothing else of weight."""
    found = [at for at, token in enumerate(sentence.tokens) if token.figure is not None]
    figure = sentence.tokens[found[0]].figure if len(found) == 1 else None
    exact = (
        figure is not None
        and not figure.quantity.is_range
        and relation_before(sentence.tokens, found[0]) is Relation.IS
    )
    return figure if exact else None


def _of_table(rows: Sequence[dict[object, _Cell]]) -> Iterator[Statement]:
    columns = {column: cell.column for row in rows for column, cell in row.items()}
    kinds = {column: kind for column, stems in columns.items() if (kind := _kind(stems))}
    for one, kind in kinds.items():
        for other, what in kinds.items():
            if (kind, what) in (("rate", "mfu"), ("time", "rate")):
                yield from _of_pair(rows, one, other, kind == "rate")


def _kind(stems: frozenset[str]) -> str:
    if "mfu" in stems:
        return "mfu"
    if stems & {"tok", "token"} and stems & _SECONDS:
        return "rate"
    return "time" if stems & _TIMES and (stems & _SECONDS or "ms" in stems) else ""


def _of_pair(rows: Sequence[dict[object, _Cell]], one: object, other: object, is_ratio: bool) -> Iterator[Statement]:
    """The one row whose figures are apart, where all others agree."""
    pairs = [row for row in rows if one in row and other in row and row[one].figure.value and row[other].figure.value]
    if len(pairs) <= _FEWEST:
        return

    def constant(row: dict[object, _Cell]) -> float:
        left, right = row[one].figure.value, row[other].figure.value
        return right / left if is_ratio else right * left

    usual = sorted(constant(row) for row in pairs)[len(pairs) // 2]
    alike = [row for row in pairs if abs(constant(row) - usual) <= _NEAR * usual]
    apart = [row for row in pairs if abs(constant(row) - usual) > _FAR * usual]
    if len(alike) < _FEWEST or len(alike) + len(apart) < len(pairs) or len(apart) * _MOST_APART > len(pairs):
        return
    for row in apart:
        if not _is_other_case(row, alike, _OTHER_WORK["mfu" if is_ratio else "rate"], (one, other)):
            yield _stated(row, alike[0], one, other, is_ratio)


def _is_other_case(
    row: dict[object, _Cell], alike: Sequence[dict[object, _Cell]], work: frozenset[str], own: tuple[object, object]
) -> bool:
    """Whether another column tells that a row has other work than the rows that agree."""
    told = [(column, cell) for column, cell in row.items() if column not in own and not _kind(cell.column)]
    return any(
        all(each[column].figure.value != cell.figure.value for each in alike if column in each)
        for column, cell in told
        if cell.column & work and cell.figure.quantity.dimension in (COUNT, SEQUENCE, TOKEN)
    )


def _stated(
    row: dict[object, _Cell], usual: dict[object, _Cell], one: object, other: object, is_ratio: bool
) -> Statement:
    def term(cells: dict[object, _Cell], column: object) -> Term:
        return literal_of(cells[column].sentence, cells[column].figure)

    if is_ratio:
        working = Apply("÷", Apply("×", term(row, one), term(usual, other)), term(usual, one))
    else:
        working = Apply("÷", Apply("×", term(usual, one), term(usual, other)), term(row, one))
    cell = row[other]
    said = say(cell.sentence, "row.apart", cell.figure.value, (cell.figure.start, cell.figure.end), figure=cell.figure)
    return replace(said, working=working)
