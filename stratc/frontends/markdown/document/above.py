"""What stands above a block: headings, labels and parent items."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.scopes import scope_of
from stratc.frontends.markdown.document.tokens import Token, plain, tokens_of
from stratc.ir.scope import Scope
from stratc.record import Record, dataclass
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from stratc.frontends.markdown.document.blocks import Block

BOLD = re.compile(r"\W{0,3}\*\*(?P<key>[^*\n]{1,80}?)(?P<colon>[:：]?)\*\*(?P<dash>\s*(?:(?:[-–—→=]+>?|:)(?=\s)|：))?")
_ONLY_BOLD = Pattern(r"(?P<label>\*\*[^*]+\*\*)(?: ?\([^()\n]*\))?[:：]?\s*$")
_BARE = Pattern(r"\s*[A-Za-z][a-z-]*(?: [A-Za-z][a-z-]*){0,4}\s*")  # a line of a few words that ends without a stop
_DEEPEST = 6  # labels above a sentence that are kept
_MANY = 4096  # scopes that are kept for the sentences to come


@dataclass(frozen=True, eq=False, repr=False)
class Title(Record):
    """A heading or a label that stands above sentences, read once for all of them."""

    text: str

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Its words, figures and signs."""
        return tokens_of(self.text, 0)


class Above:
    """The headings, labels and parent items above the block that is read."""

    def __init__(self) -> None:
        self.headings: list[tuple[int, str]] = []
        self.title: tuple[str, ...] | None = (
            None  # of the document: its first heading, where that is of the first level
        )
        self.label = ""  # a paragraph that introduces what follows
        self.parents: list[tuple[int, str]] = []
        self.group = -1
        self.scopes: dict[tuple[str, ...], tuple[Scope, tuple[Title, ...]]] = {}
        self.titles: dict[str, Title] = {}

    def enter(self, block: Block, raw: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The headings and the labels above a block, which then stands above what follows."""
        lead: tuple[str, ...] = ()
        match block.kind:
            case Kind.HEADING:
                self.headings = [each for each in self.headings if each[0] < block.depth]
                self.headings.append((block.depth, plain(raw).strip()))
                if self.title is None:
                    self.title = (plain(raw).strip(),) if block.depth == 1 else ()
                self.label, self.parents = "", []
            case Kind.PARAGRAPH:
                lead = (self.label,) if self.label and not _ONLY_BOLD.match(raw) and _introduces(self.label) else ()
                self.parents = []
                bold = _ONLY_BOLD.match(raw)
                if bold or raw.rstrip().endswith((":", "：", ":**", "：**")) or _BARE.fullmatch(raw):
                    self.label = plain(bold["label"] if bold else raw).strip(" :：")
                elif not raw.lstrip().startswith("**"):
                    self.label = ""
            case Kind.ITEM | Kind.CODE:
                lead = self.nested(block, raw)
            case Kind.CELL:
                lead = (self.label,) if self.label else ()
        return tuple(text for _, text in self.headings), lead

    def nested(self, block: Block, raw: str) -> tuple[str, ...]:
        """The labels above an item or a line of a fence."""
        if block.group != self.group:
            self.group, self.parents = block.group, []
        self.parents = [each for each in self.parents if each[0] < block.depth]
        lead = tuple(text for _, text in self.parents[-_DEEPEST:])
        bold = BOLD.match(raw)
        label = bold["key"] if bold else plain(raw).partition(": ")[0][:90]
        self.parents.append((block.depth, label.strip(" :")))
        return (self.label, *lead) if self.label else lead

    def scope(self, path: tuple[str, ...], lead: tuple[str, ...]) -> tuple[Scope, tuple[Title, ...]]:
        """The scope below headings and labels, and all of these, the nearest first, without the document's title."""
        key = (*path, "", *lead)
        if key not in self.scopes:
            if len(self.scopes) > _MANY:
                self.scopes.clear()
                self.titles.clear()
            titled = bool(path) and path[:1] == self.title
            whole = scope_of(path + lead, titled=titled)
            titles = tuple(self.named(each) for each in (*reversed(lead), *reversed(path[titled:])))
            self.scopes[key] = Scope(whole.role, path, whole.topics, whole.strategy), titles
        return self.scopes[key]

    def named(self, text: str) -> Title:
        """A heading or label as a value that is read once."""
        return self.titles.setdefault(text, Title(text))


def _introduces(label: str) -> bool:
    return len(label.split()) <= 12
