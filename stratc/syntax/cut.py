"""Parts a text into statements, braces and comments, so that one broken statement cannot spoil the next."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from stratc.syntax.tree import BLOCKS, ROLE_WORDS

_SCAN = re.compile(
    r'(?P<text>"(?:[^"\\\n]|\\[^\n])*")|(?P<torn>"[^\n]*)|(?P<comment>#[^\n]*)|(?P<line>\n)'
    r'|(?P<mark>[;{}()\[\]])|(?P<other>[^"#\n;{}()\[\]\s\ufeff]+)'
)
_STARTS = re.compile(
    r"[^\W\d][\w.-]*[ \t]*(?:=(?!=)|\{)|(?:expect|require|let|import|mention)[ \t]"
    rf"|(?:{'|'.join((*BLOCKS, *ROLE_WORDS))})\b[^\n]*\{{"
)
_BRACE_FOLLOWS = re.compile(r"[ \t\r]*\{")

DEEPEST = 32  # brackets within brackets; what lies deeper is refused, so that no reader of the tree need fear depth


class Kind(Enum):
    """What a piece of the text is."""

    STATEMENT = auto()
    OPEN = auto()  # a statement that ends in `{`
    CLOSE = auto()
    COMMENT = auto()


class Flaw(Enum):
    """What keeps a piece from being read at all."""

    TORN_TEXT = auto()
    OPEN_BRACKET = auto()
    TOO_DEEP = auto()


@dataclass(frozen=True, slots=True)
class Cut:
    """A piece of the text; `flaw_at` is the offset of the quote or bracket that its flaw begins with."""

    kind: Kind
    start: int
    end: int
    first: bool  # nothing stands before it on its line
    gap: bool  # a blank line stands before it
    flaw: Flaw | None = None
    flaw_at: int = 0


class _Cutter:
    """The state between two pieces."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.start = self.end = -1
        self.first, self.gap, self.blank_lines = True, False, 0
        self.statement_first = self.statement_gap = False
        self.brackets: list[int] = []
        self.flaw: Flaw | None = None
        self.flaw_at = 0

    def take(self, start: int, end: int) -> None:
        """Add a piece of text to the statement, beginning one where none is open."""
        if self.start < 0:
            self.start = start
            self.statement_first, self.statement_gap = self.first, self._gap()
        self.end, self.first, self.blank_lines = end, False, 0

    def _gap(self) -> bool:
        return self.first and self.blank_lines > 1

    def spoil(self, flaw: Flaw, at: int) -> None:
        if self.flaw is None:
            self.flaw, self.flaw_at = flaw, at

    def finish(self, kind: Kind = Kind.STATEMENT) -> Iterator[Cut]:
        """The statement, where one is open."""
        if self.brackets:
            self.spoil(Flaw.OPEN_BRACKET, self.brackets[-1])
        if self.start >= 0:
            yield Cut(kind, self.start, self.end, self.statement_first, self.statement_gap, self.flaw, self.flaw_at)
        self.start, self.flaw = -1, None
        self.brackets.clear()

    def single(self, kind: Kind, start: int, end: int) -> Cut:
        """A piece that is no statement."""
        cut = Cut(kind, start, end, self.first, self._gap())
        self.first, self.blank_lines = False, 0
        return cut

    def bracket(self, at: int) -> None:
        self.take(at, at + 1)
        if self.text[at] in "([":
            self.brackets.append(at)
            if len(self.brackets) > DEEPEST:
                self.spoil(Flaw.TOO_DEEP, at)
        elif self.brackets:
            self.brackets.pop()

    def line_end(self, at: int) -> Iterator[Cut]:
        if not self._goes_on(at + 1):
            yield from self.finish()
        self.first, self.blank_lines = True, self.blank_lines + 1

    def _goes_on(self, at: int) -> bool:
        """Whether the statement goes on in the line that begins at `at`."""
        if self.brackets:
            return not _STARTS.match(self.text, _skip_blanks(self.text, at))
        return self.start >= 0 and bool(_BRACE_FOLLOWS.match(self.text, at))

    def comment(self, start: int, end: int) -> Iterator[Cut]:
        """A comment ends a statement, except between brackets: there it counts as written on a line before it."""
        if self.brackets:
            yield Cut(Kind.COMMENT, start, end, True, False)
        else:
            yield from self.finish()
            yield self.single(Kind.COMMENT, start, end)

    def mark(self, at: int) -> Iterator[Cut]:
        match self.text[at]:
            case ";":
                yield from self.finish()
            case "{":
                self.take(at, at + 1)
                yield from self.finish(Kind.OPEN)
            case "}":
                yield from self.finish()
                yield self.single(Kind.CLOSE, at, at + 1)
            case _:
                self.bracket(at)


def _skip_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t":
        at += 1
    return at


def cut(text: str) -> Iterator[Cut]:
    """The pieces of a text in order; a comment inside a statement comes before it.

    >>> [(each.kind.name, each.start, each.end) for each in cut("model { layers = 4 } # small")]
    [('OPEN', 0, 7), ('STATEMENT', 8, 18), ('CLOSE', 19, 20), ('COMMENT', 21, 28)]
    """
    cutter = _Cutter(text)
    for found in _SCAN.finditer(text):
        start, end = found.span()
        match found.lastgroup:
            case "line":
                yield from cutter.line_end(start)
            case "comment":
                yield from cutter.comment(start, start + len(found.group().rstrip()))
            case "mark":
                yield from cutter.mark(start)
            case "torn":
                cutter.take(start, start + len(found.group().rstrip()))
                cutter.spoil(Flaw.TORN_TEXT, start)
            case _:
                cutter.take(start, end)
    yield from cutter.finish()
