"""Markdown text to blocks: headings, list items, table cells, lines of fences and paragraphs, with exact offsets."""

from __future__ import annotations

import itertools
import re
from enum import Enum
from typing import NamedTuple, TypeAlias

from stratc.frontends.markdown.document.listings import tag_of
from stratc.text.pattern import Pattern

Range: TypeAlias = tuple[int, int]
NOWHERE: Range = (0, 0)


class Kind(Enum):
    """What sort of text a block is."""

    HEADING = "heading"
    ITEM = "item"
    PARAGRAPH = "paragraph"
    CELL = "cell"
    CODE = "code"  # one line of a fence


class Block(NamedTuple):
    """A piece of text from `start` to `end` (offsets of the source), the marks before it left out.

    `depth` is the level of a heading, else the column where the text begins.  Lines of one fence and cells of one table
    share a `group`; `language` is the tag of the fence.  A cell knows the `header` of its column and the `label` of
    its row.  `quoted` says that it stands in a quotation, `done` that its box is ticked, `due` that its box is empty.
    """

    kind: Kind
    start: int
    end: int
    depth: int = 0
    group: int = -1
    language: str = ""
    header: Range = NOWHERE
    label: Range = NOWHERE
    quoted: bool = False
    done: bool = False
    due: bool = False


class Fence(NamedTuple):
    """A fence as a whole: the group of its blocks, its tag, and where its lines begin and end."""

    group: int
    language: str
    start: int
    end: int
    quoted: bool = False
    done: bool = False


class Blocks(NamedTuple):
    """The blocks of a text in order; `text` is the source with comments blanked, `comments` their ranges."""

    text: str
    blocks: tuple[Block, ...]
    comments: tuple[Range, ...]
    fences: tuple[Fence, ...] = ()


_QUOTE = re.compile(r"(?:[ \t]{0,3}>[ \t]?)+")
_MARK = re.compile(
    r"(?P<fence>`{3,}|~{3,})[ \t]*(?P<tag>[^\s`{,]*)"
    r"|(?P<hash>#{1,6})(?:[ \t]+|$)"
    r"|(?P<item>(?:[-*+•‣▪◦·]|\d{1,4}[.)])(?:[ \t]+(?:\[[ xX]\][ \t]+)?|$))"
    r"|(?P<rule>(?:[-*_][ \t]*){3,}|={2,}[ \t]*)$"
)
_DELIMITER = Pattern(r"[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_SET_IN, _GAP = 4, "   "  # columns of a listing, and what parts its words and figures
_OPENING = Pattern(r"\*\*|[✅✓✔❌✗✘☑⚠➤→🔹🔸]|[^\W\d_][\w ()/（）+&-]{0,48}(?:: |：)")
_NARROW = 56  # columns in which nobody wraps running text
_GOES_ON = Pattern(r"(?i)\b(?:and|or|the|an?|of|to|in|on|for|with|by|is|are|at|from|that|which|as|plus|per)$")
_JOINS = Pattern(r"(?i)(?:and|or|of|to|in|on|for|with|by|is|are|from|that|which|as|plus|per|but|so|where)\b|[a-z]+ed\b")
_NUMBERING = re.compile(
    r"(?:(?:\d{1,2}[.)])+\d{0,2}[.):]?[ \t]+|(?:Step|Part|Section)[ \t]\d{1,2}[ \t]*[-–—:.][ \t]+)(?=\S)"
)
_TREE = re.compile(r"[\s│├└─┬┼╰╭|`+>-]*(?=[^\s│├└─┬┼╰╭|`+>-])|[\s\S]*")


def scan(source: str) -> Blocks:
    """All blocks of a Markdown text.

    >>> [(block.kind.value, block.depth) for block in scan("# A\\n- b\\n  - c\\n").blocks]
    [('heading', 1), ('item', 0), ('item', 2)]
    """
    text, comments = blank_comments(source)
    scanner = _Scanner(text)
    scanner.run()
    return Blocks(text, tuple(scanner.blocks), comments, tuple(scanner.fences))


def blank_comments(text: str) -> tuple[str, tuple[Range, ...]]:
    """The text with every HTML comment turned to blanks, and where the comments stood.

    >>> blank_comments("a <!-- b -->c")
    ('a           c', ((2, 12),))
    """
    start = text.find("<!--")
    if start < 0:
        return text, ()
    pieces, comments, done = [], [], 0
    while start >= 0 and (end := text.find("-->", start + 4) + 3) >= 3:
        pieces.append(text[done:start])
        pieces.append("".join(char if char in "\r\n" else " " for char in text[start:end]))
        comments.append((start, end))
        done, start = end, text.find("<!--", end)
    return "".join([*pieces, text[done:]]), tuple(comments)


class _Scanner:
    """One walk over the lines; holds the fence, table or paragraph that is still open."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.blocks: list[Block] = []
        self.fences: list[Fence] = []
        self.groups = 0
        self.fence = ""  # the marks that opened the fence, "" outside
        self.tag = ""
        self.header: list[Range] | None = None  # cells of the first row, while in a table
        self.open = False  # whether the last block may go on in the next line
        self.last_item = -1  # column of the text of the last list item, -1 when a blank line or heading ended it

    def run(self) -> None:
        start = 1 if self.text.startswith("\ufeff") else 0
        while start < len(self.text):
            newline = self.text.find("\n", start)
            stop = len(self.text) if newline < 0 else newline
            end = stop - 1 if stop > start and self.text[stop - 1] == "\r" else stop
            self.line(start, end, stop + 1)
            start = stop + 1

    def line(self, line: int, end: int, following: int) -> None:
        quote = _QUOTE.match(self.text, line, end)
        start = quote.end() if quote else line
        text = start + len(self.text[start:end]) - len(self.text[start:end].lstrip())
        if self.fence:
            self.fenced(start, text, end)
            return
        if text >= end:
            self.open, self.header = False, None
            return
        self.unfenced(_column(self.text, start, text), text, end, following, quoted=quote is not None)

    def unfenced(self, column: int, start: int, end: int, following: int, *, quoted: bool) -> None:
        mark = _MARK.match(self.text, start, end)
        if mark and mark["fence"]:
            first = min(following, len(self.text))
            tag = tag_of(mark["tag"].lower(), self.text, first, mark["fence"])
            self.fence, self.tag, self.open, self.header = mark["fence"], tag, False, None
            self.groups += 1
            self.fences.append(Fence(self.groups, self.tag, first, len(self.text), quoted))
        elif mark and mark["hash"]:
            self.header = None
            stop = mark.end() + len(self.text[mark.end() : end].rstrip().rstrip("#").rstrip())
            number = _NUMBERING.match(self.text, mark.end(), stop)
            begin = number.end() if number else mark.end()
            self.add(Block(Kind.HEADING, begin, stop, len(mark["hash"]), quoted=quoted))
        elif "|" in self.text[start:end] and (self.header is not None or self.begins_table(following)):
            self.row(start, end, column, quoted=quoted)
        elif mark and mark["rule"]:
            self.underline(mark["rule"])
        elif mark and mark["item"]:
            self.header = None
            box = mark["item"].rstrip()
            done, due = box.endswith(("[x]", "[X]")), box.endswith("[ ]")
            self.add(Block(Kind.ITEM, mark.end(), end, column, quoted=quoted, done=done, due=due), goes_on=True)
        else:
            self.paragraph(column, start, end, quoted=quoted)

    def paragraph(self, column: int, start: int, end: int, *, quoted: bool) -> None:
        self.header = None
        last = self.blocks[-1] if self.blocks else None
        if last and self.open and not quoted and not self.breaks(last, start, end, column):
            self.blocks[-1] = last._replace(end=_stripped(self.text, start, end))
            return
        kind = Kind.ITEM if self.text[start] in "✅✓✔❌✗✘☑⚠" else Kind.PARAGRAPH
        self.add(Block(kind, start, end, column, quoted=quoted), goes_on=True)

    def breaks(self, last: Block, start: int, end: int, column: int) -> bool:
        """Whether a line begins a sentence of its own although no blank line stands before it."""
        hard = self.text[last.end : last.end + 2] == "  " or self.text[last.end - 1] in "\\:"
        noted = last.kind is Kind.PARAGRAPH and self.is_noted(last, start, end)
        return hard or noted or self.lines_up(last, start, end, column) or bool(_OPENING.match(self.text, start, end))

    def is_noted(self, last: Block, start: int, end: int) -> bool:
        """Whether the line before ends where it does for a reason: the next word would have stood on it too."""
        before = self.text[self.text.rfind("\n", 0, last.end) + 1 : last.end]
        word = self.text[start:end].split(maxsplit=1)[0]
        ends = before.isascii() and not before.endswith((",", "(", " *")) and not _GOES_ON.search(before)
        return ends and len(before) + 1 + len(word) < _NARROW and not _JOINS.match(self.text, start, end)

    def lines_up(self, last: Block, start: int, end: int, column: int) -> bool:
        """Whether a line is one of a set-in listing, whose figures stand below one another: "    TPOT    10 ms"."""
        set_in = last.kind is Kind.PARAGRAPH and last.depth == column >= _SET_IN
        return set_in and (_GAP in self.text[start:end] or _GAP in self.text[last.start : last.end])

    def underline(self, marks: str) -> None:
        """A line of = or - below a paragraph of one line makes it a heading; elsewhere it parts sections."""
        last = self.blocks[-1] if self.blocks else None
        if last and self.open and last.kind is Kind.PARAGRAPH and "\n" not in self.text[last.start : last.end]:
            self.blocks[-1] = last._replace(kind=Kind.HEADING, depth=1 if marks[0] == "=" else 2)
        self.open, self.header = False, None

    def begins_table(self, following: int) -> bool:
        end = self.text.find("\n", following)
        line = self.text[following : len(self.text) if end < 0 else end]
        return "|" in line and "-" in line and _DELIMITER.match(line.rstrip()) is not None

    def row(self, start: int, end: int, column: int, *, quoted: bool) -> None:
        if self.header is not None and _DELIMITER.match(self.text[start:end]):
            return
        cells = _cells(self.text, start, end)
        if self.header is None:
            self.groups += 1
            self.header = cells
            return
        for index, (first, last) in enumerate(cells):
            header = self.header[index] if index < len(self.header) else NOWHERE
            if first < last:
                cell = Block(Kind.CELL, first, last, column, self.groups, "", header, cells[0], quoted)
                self.add(cell)

    def fenced(self, start: int, text: int, end: int) -> None:
        line = self.text[text:end].rstrip()
        if line.startswith(self.fence) and not line.strip(self.fence[0]):
            self.fence, self.header = "", None
            self.fences[-1] = self.fences[-1]._replace(end=self.text.rfind("\n", 0, start) + 1)
            return
        if not line:
            self.header = None
            return
        rule = self.header is not None and not line.strip("|-+:=─┼ \t")
        if not self.tag and (rule or " | " in line) and line[0] not in "│├└":
            self.code_row(text, end, start)
            return
        self.header = None
        mark = _TREE.match(self.text, start, end)
        first = mark.end() if mark and not self.tag else text
        if first < end:
            self.add(Block(Kind.CODE, first, end, _column(self.text, start, first), self.groups, self.tag))

    def code_row(self, text: int, end: int, start: int) -> None:
        """A row of a table drawn in a bare fence; its first row is the heading where no figure stands in it."""
        if self.header is not None and not self.text[text:end].strip("|-+:=─┼ \t"):
            return
        cells = _cells(self.text, text, end)
        if self.header is None or len(self.header) != len(cells):
            self.header = cells
            if not any(char.isdigit() for char in self.text[text:end]):
                return
        for (first, last), header in zip(cells, self.header, strict=True):
            if first < last:
                column = _column(self.text, start, text)
                self.add(Block(Kind.CELL, first, last, column, self.groups, "", header, cells[0]))

    def add(self, block: Block, *, goes_on: bool = False) -> None:
        end = _stripped(self.text, block.start, block.end)
        self.blocks.append(block if end == block.end else block._replace(end=end))
        self.open = goes_on


def _stripped(text: str, start: int, end: int) -> int:
    return start + len(text[start:end].rstrip())


def _column(text: str, start: int, end: int) -> int:
    return len(text[start:end].expandtabs(4))


def _cells(text: str, start: int, end: int) -> list[Range]:
    """Ranges of the cells of a row, blanks around them left out; an escaped bar belongs to its cell."""
    line = text[start:end].rstrip()
    bars = [index for index, char in enumerate(line) if char == "|" and (index == 0 or line[index - 1] != "\\")]
    edges = [-1, *bars, len(line)]
    cells = []
    for left, right in itertools.pairwise(edges):
        cell = line[left + 1 : right]
        first = start + left + 1 + len(cell) - len(cell.lstrip())
        cells.append((first, max(first, first + len(cell.strip()))))
    if bars and bars[0] == 0:
        cells = cells[1:]
    if cells and bars and bars[-1] == len(line) - 1:
        cells = cells[:-1]
    return cells
