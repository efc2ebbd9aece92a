"""Times of a table that its last row adds up: parts of what the heading names, which only the sum is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.arith.term import Apply, Literal
from stratc.frontends.markdown.arithmetic.sums import TOTAL
from stratc.frontends.markdown.claims.naming import best
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.words.metrics import Look

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stratc.arith.term import Term
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement
    from stratc.text.span import Span


def without_parts_of_times(said: Iterable[Sentence], statements: Iterable[Statement]) -> list[Statement]:
    """The statements but for "latency.…" of lines that a total adds up, whose own label and column name no latency."""
    lines = [each for each in said if each.key]
    totals = {each.block.group for each in lines if each.block.kind is Kind.CELL and _is_total(each)}
    rows = {each.start for each in lines if each.block.group in totals and not _is_total(each)}
    unnamed = {each.start for each in lines if not _names_time(each)}
    added = {place for each in statements if each.subject == "sum.total" for place in _places(each.working)}
    return [
        each
        for each in statements
        if not each.subject.startswith("latency.")
        or each.context.start not in unnamed
        or not (each.context.start in rows or each.span in added)
    ]


def _places(working: Term | None) -> Iterator[Span]:
    """Where the summands of a total stand."""
    while isinstance(working, Apply) and working.op == "+":
        yield from _place(working.right)
        working = working.left
    yield from _place(working)


def _place(summand: Term | None) -> Iterator[Span]:
    if isinstance(summand, Literal) and summand.span is not None:
        yield summand.span


def _is_total(cell: Sentence) -> bool:
    """Whether a cell stands in the row of a total."""
    return not TOTAL.isdisjoint(cell.key_stems)


def _names_time(cell: Sentence) -> bool:
    """Whether the label of a row or the head of its column says which latency stands there."""
    return any(best(place, Look.TIME, set(), common=True) for place in (cell.key, cell.header))
