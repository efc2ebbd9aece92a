"""Places in texts."""

from __future__ import annotations

from stratc.record import Record, dataclass


@dataclass(frozen=True, order=True, slots=True, repr=False)
class Span(Record):
    """A half-open range of offsets in the source of that name; a value, so it outlives the text."""

    source: str
    start: int
    end: int

    def __or__(self, other: Span) -> Span:
        """The smallest span that holds both; they must lie in one source."""
        if self.source != other.source:
            raise ValueError(f"spans of {self.source} and {other.source} cannot be joined")
        return Span(self.source, min(self.start, other.start), max(self.end, other.end))

    def __contains__(self, other: Span) -> bool:
        return self.source == other.source and self.start <= other.start and other.end <= self.end
