"""What was read in a rewritten text, at the places of the text that its author wrote."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.term import Apply, Literal
from stratc.frontends.frontend import Reading, Unread
from stratc.text.span import Span

if TYPE_CHECKING:
    from stratc.arith.term import Term
    from stratc.diagnostics.diagnostic import Diagnostic
    from stratc.diagnostics.suppression import Suppression
    from stratc.frontends.launch.traced import Traced
    from stratc.ir.statement import Statement
    from stratc.text.source import Source


def placed(reading: Reading, text: Traced, source: Source) -> Reading:
    """The reading of a rewritten text of a source, every span one of the source."""
    places = _Places(reading.sources[0], text, source)
    return replace(
        reading,
        sources=(source, *reading.sources[1:]),
        statements=tuple(map(places.statement, reading.statements)),
        suppressions=tuple(map(places.suppression, reading.suppressions)),
        diagnostics=tuple(map(places.slip, reading.diagnostics)),
        unread=tuple(_unread(places.span(each.span), source) for each in reading.unread),
    )


def _unread(span: Span, source: Source) -> Unread:
    return Unread(span, source.text[span.start : span.end])


class _Places:
    """Where the characters of a rewritten text stand in its source."""

    def __init__(self, written: Source, text: Traced, source: Source) -> None:
        self.written = written
        self.at = text.at
        self.source = source
        self.known: dict[Span, Span] = {}

    def span(self, span: Span) -> Span:
        """A place of the source, with the brackets that a command or group inside it opens."""
        if span.source != self.source.name:
            return span
        if span not in self.known:
            self.known[span] = self.moved(span)
        return self.known[span]

    def moved(self, span: Span) -> Span:
        """The same, worked out."""
        text, size = self.source.text, len(self.at)
        start = self.at[span.start] if span.start < size else len(text)
        if span.end <= span.start:
            return Span(span.source, start, start)
        end = max(start, self.at[min(span.end, size) - 1] + 1)
        opened = text.count("{", start, end) - text.count("}", start, end)
        while opened > 0 and text[end : end + 1] == "}":
            opened, end = opened - 1, end + 1
        return Span(span.source, start, end)

    def line(self, number: int) -> int:
        """The line of the source that a line of the rewritten text begins in."""
        start = self.written.line_starts[number - 1]
        return self.source.position(self.at[start] if start < len(self.at) else len(self.source.text))[0]

    def statement(self, said: Statement) -> Statement:
        """A statement where it was made."""
        return replace(
            said,
            span=self.span(said.span),
            context=self.span(said.context),
            working=said.working and self.term(said.working),
            goal=said.goal and replace(said.goal, span=self.span(said.goal.span)),
        )

    def term(self, term: Term) -> Term:
        """A working with the places of its figures."""
        match term:
            case Apply(op, left, right):
                return Apply(op, self.term(left), self.term(right))
            case Literal(_, _, Span() as span):
                return replace(term, span=self.span(span))
            case _:
                return term

    def slip(self, slip: Diagnostic) -> Diagnostic:
        """A fault of a launch or setting where it stands."""
        return replace(slip, primary=replace(slip.primary, span=self.span(slip.primary.span)))

    def suppression(self, said: Suppression) -> Suppression:
        """A comment and the lines it silences."""
        first, last = self.line(said.first_line), self.line(said.last_line)
        closing = said.closing and self.span(said.closing)
        return replace(said, first_line=first, last_line=last, span=self.span(said.span), closing=closing)
