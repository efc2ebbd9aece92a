"""Changes to a text that mend a finding."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from stratc.text.span import Span


class Applicability(Enum):
    """Whether a fix may be applied unasked, only when asked for, or never by the program."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    DISPLAY = "display"


@dataclass(frozen=True, order=True, slots=True)
class Edit:
    """Put `text` where the span is."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that belong together, and the imperative sentence that says what they do."""

    title: str
    edits: tuple[Edit, ...]
    applicability: Applicability


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
