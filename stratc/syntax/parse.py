"""Text to tree: statement by statement, so that each error is reported once and reading goes on after it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from stratc.syntax import faults
from stratc.syntax.build import Builder
from stratc.syntax.cut import Cut, Kind, cut
from stratc.syntax.grammars import parser_of
from stratc.syntax.tree import TOP_BLOCKS, Block, Comment, File, Item, Layout, Setting, Text
from stratc.text.span import Span

if TYPE_CHECKING:
    from stratc.diagnostics.diagnostic import Diagnostic
    from stratc.text.source import Source

DEEPEST_BLOCK = 8
LONGEST_CHAIN = 100  # operands of one sum or product; more of them is no arithmetic that a person wrote


@dataclass(frozen=True, slots=True)
class Parsed:
    """The statements that could be read, and what is wrong with the others."""

    file: File
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(slots=True)
class _Frame:
    """An open block (the file itself is the lowest): `head` is None where its own statement is broken."""

    head: Setting | Block | None
    cut: Cut | None = None
    items: list[Item] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    last_line_free: bool = False  # a further statement on this line would be joined to the last item
    single_line: bool = True


class _Assembly:
    """Builds the tree from pieces, with a stack of open blocks."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.found: list[Diagnostic] = []
        self.stack = [_Frame(None)]

    @property
    def top(self) -> _Frame:
        return self.stack[-1]

    def take(self, piece: Cut) -> None:
        """The next piece of the text."""
        if piece.first:
            self.top.single_line = self.top.last_line_free = False
        match piece.kind:
            case Kind.COMMENT:
                self.comment(piece)
            case Kind.CLOSE:
                self.close(piece)
            case Kind.OPEN:
                self.open(piece)
            case Kind.STATEMENT:
                item = self.read(piece)
                if item:
                    self.add(item, piece)

    def read(self, piece: Cut) -> Item | None:
        """The statement of a piece; None where it is broken, which is then reported."""
        from lark.exceptions import UnexpectedInput

        if piece.flaw:
            self.found.append(faults.flawed(self.source, piece))
            return None
        text = self.source.text[piece.start : piece.end]
        try:
            tree = parser_of("strat").parse(text)
        except UnexpectedInput as error:
            self.found.append(faults.unexpected(self.source, piece, error))
            return None
        if any(len(part.children) > 2 * LONGEST_CHAIN for part in tree.find_data("sum")) or any(
            len(part.children) > 2 * LONGEST_CHAIN for part in tree.find_data("product")
        ):
            span = Span(self.source.name, piece.start, piece.end)
            self.found.append(faults.diagnostic(faults.SYNTAX, "the arithmetic is too long", span))
            return None
        return self.complete(Builder(self.source.name, piece.start).item(tree), piece)

    def complete(self, item: Item, piece: Cut) -> Item | None:
        """The item, unless it is a head that lacks its brace or its sign."""
        if isinstance(item, Block) and item.items is None and not _stands_alone(item):
            self.found.append(faults.missing_sign(self.source, piece, item.kind.name))
            return None
        return item

    def open(self, piece: Cut) -> None:
        head = self.read(piece)
        if isinstance(head, Block) and head.kind.name in TOP_BLOCKS:
            self.close_forgotten()
        if len(self.stack) > DEEPEST_BLOCK:
            self.found.append(faults.nested_too_deeply(self.source, piece))
            head = None
        if isinstance(head, Setting | Block):
            head = replace(head, layout=self.layout(piece))
        self.stack.append(_Frame(head if isinstance(head, Setting | Block) else None, piece))

    def close_forgotten(self) -> None:
        """A block that only stands at the top begins: whatever is open was meant to be closed."""
        while len(self.stack) > 1 and isinstance(self.top.head, Block):
            self.unclosed()

    def unclosed(self) -> None:
        if self.top.cut and self.top.head:
            self.found.append(faults.unclosed_block(self.source, self.top.cut))
        last = self.top.items[-1].span.end if self.top.items else 0
        self.pop(max(last, self.top.cut.end if self.top.cut else 0))

    def close(self, piece: Cut) -> None:
        if len(self.stack) == 1:
            self.found.append(faults.stray_brace(self.source, piece))
            return
        self.pop(piece.end)

    def pop(self, end: int) -> None:
        """The top block becomes an item of the one below it."""
        frame = self.stack.pop()
        self.top.last_line_free = True
        self.top.single_line &= frame.single_line
        if frame.head is None:
            return
        items, tail = tuple(frame.items), tuple(frame.comments)
        flat = frame.single_line and not tail and all(_is_flat(item) for item in items)
        layout = replace(frame.head.layout, flat=flat and frame.head.layout.inside is None)
        span = frame.head.span | Span(self.source.name, end, end)
        if isinstance(frame.head, Block):
            self.top.items.append(replace(frame.head, items=items, tail=tail, span=span, layout=layout))
        else:
            self.top.items.append(replace(frame.head, fields=items, tail=tail, span=span, layout=layout))

    def add(self, item: Item, piece: Cut) -> None:
        self.top.items.append(replace(item, layout=self.layout(piece)))
        self.top.last_line_free = True

    def layout(self, piece: Cut) -> Layout:
        """Where a statement stands; takes the comments that wait for it."""
        above, self.top.comments = tuple(self.top.comments), []
        joined = not piece.first and not above and bool(self.top.items) and self.top.last_line_free
        return Layout(above=above, joined=joined, gap=piece.gap)

    def comment(self, piece: Cut) -> None:
        """A comment on its own line waits for the next statement; any other belongs to what stands before it."""
        span = Span(self.source.name, piece.start, piece.end)
        comment = Comment(self.source.text[piece.start : piece.end], span, piece.gap)
        frame = self.top
        if not piece.first and not frame.comments:
            if frame.items and frame.last_line_free and frame.items[-1].layout.beside is None:
                last = frame.items[-1]
                frame.items[-1] = replace(last, layout=replace(last.layout, beside=comment))
                frame.last_line_free = False
                return
            if frame.head and not frame.items and frame.head.layout.inside is None:
                frame.head = replace(frame.head, layout=replace(frame.head.layout, inside=comment))
                return
        frame.comments.append(comment)


def _stands_alone(block: Block) -> bool:
    """`model "llama-3-70b"` and `workload training` say enough without braces."""
    of_words = isinstance(block.labels[0], Text) or block.kind.name == "workload"
    return len(block.labels) == 1 and of_words


def _is_flat(item: Item) -> bool:
    layout = item.layout
    if isinstance(item, Block) and item.items is not None and not layout.flat:
        return False
    if isinstance(item, Setting) and item.fields is not None and not layout.flat:
        return False
    return not (layout.above or layout.beside or layout.inside)


def parse(source: Source) -> Parsed:
    """The tree of a text and its syntax errors; never raises on what the text says."""
    assembly = _Assembly(source)
    for piece in cut(source.text):
        assembly.take(piece)
    while len(assembly.stack) > 1:
        assembly.unclosed()
    file = File(tuple(assembly.top.items), tuple(assembly.top.comments))
    return Parsed(file, tuple(sorted(assembly.found, key=lambda each: each.sort_key)))
