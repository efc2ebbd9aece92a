"""Comments that silence findings."""

from __future__ import annotations

from stratc.record import Record, dataclass
from stratc.text.span import Span


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Suppression(Record):
    """A comment that silences rules: codes or names (none: all) between two lines of a source, both included.

    `closing` is the comment that ends a range; `fault` says what is wrong with the comment itself, if anything is.
    """

    rules: tuple[str, ...]
    first_line: int
    last_line: int
    span: Span
    reason: str = ""
    fault: str = ""
    closing: Span | None = None

    def spans(self) -> tuple[Span, ...]:
        """The comment itself."""
        return (self.span,)
