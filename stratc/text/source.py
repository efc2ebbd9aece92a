"""A text under the name its user gave it."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

from stratc.record import Record, dataclass


@dataclass(frozen=True, eq=False, repr=False)
class Source(Record):
    """One input text; offsets count code points of `text` as it was read, newlines included."""

    name: str
    text: str

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Offset of the first character of every line."""
        starts = [0]
        found = self.text.find("\n")
        while found >= 0:
            starts.append(found + 1)
            found = self.text.find("\n", found + 1)
        return tuple(starts)

    @property
    def line_count(self) -> int:
        """Number of lines; a final newline does not begin another one."""
        return len(self.line_starts) - (self.text.endswith("\n") or not self.text)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both counted from 1.

        >>> Source("plan.md", "TP = 2\\nPP = 4").position(7)
        (2, 1)
        """
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """Text of a line counted from 1, without its line end."""
        start = self.line_starts[number - 1]
        end = self.line_starts[number] if number < len(self.line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")
