"""Columns that say how the figure of their row comes about: "| Weights | 6.5 GB | 13B × 2 bytes / 4 |"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.term import Apply
from stratc.arith.unit import COUNT
from stratc.frontends.markdown.arithmetic.sums import Line, line_of
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import equation
from stratc.frontends.markdown.words.vocabulary import words
from stratc.frontends.markdown.workings.operands import HOW, OVER
from stratc.frontends.markdown.workings.working import literal_of, sides_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stratc.arith.term import Term
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_BESIDE = words("note remark comment explanation detail source reason rationale 说明 备注 来源")
_MOST = 8  # cells of a row


def row_workings(said: Iterable[Sentence], statements: Sequence[Statement]) -> list[Statement]:
    """The statements with the workings that such a column gives to the figures of its rows.

    Where a row has several figures, only the one that the working comes to is known to be meant.
    """
    rows: dict[object, list[Sentence]] = {}
    for each in said:
        if each.block.kind is Kind.CELL and each.header and each.has_digit:
            rows.setdefault((each.block.group, each.block.label), []).append(each)
    found = {line.figure.start: (line, term) for cells in rows.values() for line, term in _worked(cells)}
    result = []
    for statement in statements:
        line, term = found.pop(statement.span.start, (None, None))
        if line is not None and statement.working is None and not isinstance(statement.value, str):
            statement = replace(statement, working=term, quantity=statement.quantity or line.quantity)
        result.append(statement)
    return [*result, *(equation(line.sentence, line.figure, term) for line, term in found.values())]


def _worked(cells: Sequence[Sentence]) -> list[tuple[Line, Term]]:
    """The figure of a row and its working, where one column of it tells that and nothing else."""
    telling = [each for each in cells if _stems(each) & (HOW | _BESIDE)]
    if len(telling) != 1 or not 1 < len(cells) <= _MOST or (term := _term(telling[0])) is None:
        return []
    rest = (each for each in cells if each is not telling[0] and each.block.start != each.block.label[0])
    lines = [line for each in rest if (line := line_of(each)) is not None]
    meant = [each for each in lines if each.quantity.agrees(term.value)]
    if len(meant) != 1 and (len(lines) != 1 or len(cells) > len(lines) + 2):
        return []
    line = meant[0] if len(meant) == 1 else lines[0]
    alike = term.dimension == line.quantity.dimension != COUNT
    return [(line, term)] if alike or _stems(telling[0]) & HOW else []


def _stems(sentence: Sentence) -> set[str]:
    return {token.stem for token in sentence.header if token.stem}


def _term(sentence: Sentence) -> Term | None:
    """The arithmetic that a cell is: one side, or the last result of a chain over what it is said to be shared by."""
    sides, end = sides_of(sentence)
    if not sides or not isinstance(sides[0], Apply):
        return None
    rest = [token for token in sentence.tokens[end:] if token.sign not in (",", "，", ";")]
    last = sides[-1]
    if len(sides) == 1:
        return sides[0] if not any(token.figure for token in rest) else None
    if isinstance(last, Apply) or last is None or last.figure is None or len(rest) < 2 or rest[0].stem not in OVER:
        return None
    ways = rest[1].figure
    if ways is None or not ways.is_count or any(token.figure for token in rest[2:]):
        return None
    return Apply("÷", literal_of(sentence, last.figure), literal_of(sentence, ways))
