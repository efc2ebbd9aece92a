"""Text that remembers where each of its characters was written."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from stratc.text.source import Source
from stratc.text.span import Span

UNKNOWN = "\ue000"  # stands for text that only a run would tell; a private character that no script writes
ABSENT = "\ue001"  # stands for an argument that nobody gives here: open too, and empty where a script asks for it
NOWHERE = -1
LONGEST = 200_000  # characters of a value: texts that double themselves in a loop end here


@dataclass(frozen=True, slots=True)
class Traced:
    """A text and the place of each character, an offset into all sources laid end to end."""

    text: str
    at: Sequence[int] = ()

    def part(self, start: int, end: int | None = None) -> Traced:
        """The characters between two indices."""
        return Traced(self.text[start:end], self.at[start:end])

    def stripped(self) -> Traced:
        """The text without blanks at its ends."""
        start = len(self.text) - len(self.text.lstrip())
        return self.part(start, max(start, len(self.text.rstrip())))

    @property
    def is_known(self) -> bool:
        """Whether the script itself tells all of it."""
        return UNKNOWN not in self.text and ABSENT not in self.text

    @property
    def place(self) -> int:
        """The first place that is known, NOWHERE when none is."""
        return next((each for each in self.at if each != NOWHERE), NOWHERE)


EMPTY = Traced("")


def joined(pieces: Iterable[Traced]) -> Traced:
    """Texts one after the other; too long a text becomes unknown."""
    parts = [each for each in pieces if each.text]
    if len(parts) == 1:
        return parts[0]
    if sum(len(each.text) for each in parts) > LONGEST:
        return Traced(UNKNOWN, (parts[0].place,))
    return Traced("".join(each.text for each in parts), tuple(place for each in parts for place in each.at))


def computed(text: str, origin: Traced) -> Traced:
    """A text that follows from another one, standing where that one stands."""
    known = [each for each in (origin.at[0], origin.at[-1]) if each != NOWHERE] if origin.at else []
    if not known or not text:
        return Traced(text, (NOWHERE,) * len(text))
    return Traced(text, (known[0],) * (len(text) - 1) + (known[-1] if len(text) > 1 else known[0],))


@dataclass(slots=True)
class Atlas:
    """Lays sources end to end, so that one number names a place in any of them."""

    sources: list[Source] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)

    def add(self, source: Source) -> Traced:
        """The text of a source, its places counted on from those before."""
        start = self.starts[-1] + len(self.sources[-1].text) + 1 if self.sources else 0
        self.sources.append(source)
        self.starts.append(start)
        return Traced(source.text, range(start, start + len(source.text)))

    def span(self, text: Traced) -> Span | None:
        """Where a text was written, as far as one source holds it; None when it was written nowhere."""
        place = text.place
        if place == NOWHERE:
            return None
        index = bisect_right(self.starts, place) - 1
        start, end = self.starts[index], self.starts[index] + len(self.sources[index].text)
        inside = [each for each in text.at if start <= each < end]
        if not inside:
            return None
        return Span(self.sources[index].name, min(inside) - start, max(inside) - start + 1)
