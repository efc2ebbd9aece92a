"""Changes to a text that mend a finding."""

from __future__ import annotations

from enum import Enum

from stratc.record import Record, dataclass
from stratc.text.span import Span


class Applicability(Enum):
    """Whether a fix may be applied unasked, only when asked for, or never by the program."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    DISPLAY = "display"


@dataclass(frozen=True, order=True, slots=True, repr=False)
class Edit(Record):
    """Put `text` where the span is."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True, repr=False)
class Fix(Record):
    """Edits that belong together, and the imperative sentence that says what they do."""

    title: str
    edits: tuple[Edit, ...]
    applicability: Applicability


def without_gap(edit: Edit, text: str) -> Edit:
    """An edit that takes something away takes the blanks before it too, and its line if nothing else stands there.

    >>> [apply_edits(each, (without_gap(Edit(Span("a", each.index("#"), len(each) - 1), ""), each),))
    ...  for each in ("tp = 3  # no\\n", "a\\n  # no\\n")]
    ['tp = 3\\n', 'a\\n']
    """
    start, end = edit.span.start, edit.span.end
    if edit.text or start == end:
        return edit
    while start and text[start - 1] in " \t":
        start -= 1
    rest = text[end : text.find("\n", end) + 1 or len(text)]
    if (start == 0 or text[start - 1] == "\n") and not rest.strip():
        end += len(rest)
    return Edit(Span(edit.span.source, start, end), "")


def apply_edits(text: str, edits: tuple[Edit, ...]) -> str:
    """The text after the edits; of two that overlap the first is kept.

    >>> apply_edits("tp = 3", (Edit(Span("a", 5, 6), "2"),))
    'tp = 2'
    """
    pieces: list[str] = []
    done = 0
    for edit in sorted(edits):
        if edit.span.start < done:
            continue
        pieces += [text[done : edit.span.start], edit.text]
        done = edit.span.end
    return "".join([*pieces, text[done:]])
