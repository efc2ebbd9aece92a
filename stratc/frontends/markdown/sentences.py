"""Blocks to sentences: a label, the words and figures after it, and everything that stands above them.

A `Sentence` is what the readers of facts, claims and concepts work on.  Its text is the source with markup blanked, so
every offset is one of the source.  `key` are the tokens of the label before a colon (for a cell: of its row), `value`
those after it; `tokens` are both.  `lead` holds the labels above it (parent items, "**Configuration**:"), nearest last;
they also count for `scope`.  A reader takes one sentence and gives Statements; `read.py` calls the readers in order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stratc.frontends.markdown.blocks import Block, Blocks, Kind, Range
from stratc.frontends.markdown.figures import Figure, figure_at
from stratc.frontends.markdown.scopes import role_of, scope_of
from stratc.ir.scope import HERE, Scope
from stratc.text.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_DIGIT = re.compile(r"\d")
_TOKEN = re.compile(r"(?P<word>[^\W\d]\w*)|(?P<figure>(?<![\w.])\d)|(?P<rest>\w+)|(?P<sign>[^\s\w])")
_MARKUP = re.compile(
    r"\*{2,3}|~~|`+|(?<![\s\d*])\*(?!\*)|(?<!\*)\*(?=[^\s\d*])|(?<!\w)__?(?=\w)|\\(?=[|_*`#])|<br ?/?>|\$"
)
_LATEX = {
    "\\times": "×",
    "\\div": "÷",
    "\\cdot": "·",
    "\\approx": "≈",
    "\\leq": "≤",
    "\\geq": "≥",
    "\\le": "≤",
    "\\ge": "≥",
}
_KEY = re.compile(r"[\s\W]*?(?P<key>\w[^:：\n]{0,90}?)\s*(?P<colon>:(?=\s|$|[^\x00-\x7f])|：)")
_BOLD = re.compile(r"\W{0,3}\*\*(?P<key>[^*\n]{1,80}?)(?P<colon>[:：]?)\*\*(?P<dash>\s*(?:(?:[-–—→=]+>?|:)(?=\s)|：))?")
_END = re.compile(r"[.!?](?=\s+(?:[^a-z\s]|[a-z]\w?[A-Z]))|[。；;](?=\s|$|[^\x00-\x7f])")
_LONGEST = 2000  # characters of a sentence; every reader may look at all of one
_DEEPEST = 6  # labels above a sentence that are kept
_LISTED = frozenset(("gpu", "device", "rank", "card", "npu"))
_ONLY_BOLD = re.compile(r"\*\*[^*]+\*\*[:：]?\s*$")


@dataclass(frozen=True, slots=True)
class Token:
    """A word (with its stem), a figure, or a sign; `start` and `end` are offsets of the source."""

    start: int
    end: int
    stem: str = ""
    sign: str = ""
    figure: Figure | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """See the module; `text` begins at `start` of the source."""

    text: str
    start: int
    block: Block
    scope: Scope = HERE
    key: tuple[Token, ...] = ()
    value: tuple[Token, ...] = ()
    header: tuple[Token, ...] = ()  # of the column, for a cell
    lead: tuple[str, ...] = ()
    source: str = ""
    tokens: tuple[Token, ...] = ()  # label, ":" and value; the label of a cell stands elsewhere and is left out
    titled: bool = False  # whether the first heading of its path is the title of the document

    @property
    def sections(self) -> tuple[str, ...]:
        """The headings above it, the nearest last, without the title of the document."""
        return self.scope.path[1:] if self.titled else self.scope.path

    @property
    def has_digit(self) -> bool:
        """Whether any digit stands in it; most readers look for figures alone."""
        return _DIGIT.search(self.text) is not None

    @property
    def end(self) -> int:
        """Offset after its last character."""
        return self.start + len(self.text)

    @property
    def key_text(self) -> str:
        """The stems of the label, joined by blanks."""
        return " ".join(token.stem for token in self.key if token.stem)

    @property
    def span(self) -> Span:
        """The whole sentence."""
        return Span(self.source, self.start, self.end)

    def written(self, token: Token) -> str:
        """The text of a token; empty for one that stands outside the sentence."""
        return self.text[max(0, token.start - self.start) : max(0, token.end - self.start)]


def sentences(blocks: Blocks, source: str = "") -> Iterator[Sentence]:
    """Every sentence of a document of that name in order, headings included."""
    above = _Above()
    for block in blocks.blocks:
        raw = blocks.text[block.start : block.end]
        path, lead = above.enter(block, raw)
        scope = above.scope(path, lead)
        whole = Sentence(raw, block.start, block, scope, lead=lead, source=source, titled=path[:1] == above.title)
        yield from _of_block(blocks.text, whole)


def stem(word: str) -> str:
    """A word in lower case without its plural ending; compound words of other scripts stay whole.

    >>> [stem(word) for word in ("Layers", "batches", "bias", "GPUs")]
    ['layer', 'batch', 'bias', 'gpu']
    """
    low = word.lower()
    if len(low) > 4 and low.endswith(("ches", "shes", "sses", "xes")):
        return low[:-2]
    if len(low) > 3 and low[-1] == "s" and low[-2] not in "sui" and low != "bias":
        return low[:-1]
    return "gpu" if low == "gpus" else "npu" if low == "npus" else low


def plain(text: str) -> str:
    """The text with emphasis, code marks and LaTeX blanked; as long as before.

    >>> plain("- **TP**: `2`")
    '-   TP  :  2 '
    """
    if "\\" in text:
        for mark, sign in _LATEX.items():
            text = text.replace(mark, sign.ljust(len(mark)))
    if any(mark in text for mark in "*`_~$\\<"):
        return _MARKUP.sub(lambda match: " " * len(match[0]), text)
    return text


def tokens_of(text: str, base: int) -> tuple[Token, ...]:
    """Words, figures and signs of a text that begins at `base` of the source.

    >>> [token.stem or token.sign or token.figure.quantity.show() for token in tokens_of("64 GB, 2-way", 0)]
    ['64 GB', ',', '2', '-', 'way']
    """
    tokens: list[Token] = []
    at = 0
    while match := _TOKEN.search(text, at):
        at = match.end()
        if match["word"]:
            tokens.append(Token(base + match.start(), base + at, stem(match["word"])))
        elif match["sign"]:
            tokens.append(Token(base + match.start(), base + at, sign=match["sign"]))
        elif match["figure"]:
            found = figure_at(text, match.start(), listed=_listed(tokens))
            if isinstance(found, Figure):
                at = found.end
                moved = Figure(found.quantity, base + found.start, base + found.end, found.times, found.more, found.per)
                tokens.append(Token(moved.start, moved.end, figure=moved))
            else:
                at = max(at, found)
                tokens.append(Token(base + match.start(), base + at, text[match.start() : at].lower()))
    return tuple(tokens)


def _listed(tokens: list[Token]) -> bool:
    """Whether a comma before the next figure parts numbers of devices."""
    for token in reversed(tokens[-3:]):
        if token.stem:
            return token.stem in _LISTED
        if token.sign == "[":
            return True
    return False


def _of_block(text: str, whole: Sentence) -> Iterator[Sentence]:
    """The sentences of a block, `whole` being all of it, unread."""
    clean, block = plain(whole.text), whole.block
    if block.kind is Kind.CELL:
        label = _range(text, block.label) if block.label[0] != block.start else ()
        value = tokens_of(clean, block.start)
        yield _part(whole, clean, block.start, label, value, value, header=_range(text, block.header))
        return
    (first, last), after = _key_end(whole.text, clean, block)
    key = tokens_of(clean[first:last], block.start + first)
    for start, end in _split(clean, after):
        begin = start or after
        value = tokens_of(clean[begin:end], block.start + begin)
        tokens = (*key, Token(key[-1].end, key[-1].end, sign=":"), *value) if key and not start else value
        yield _part(whole, clean[start:end], block.start + start, () if start else key, value, tokens)


def _part(
    whole: Sentence,
    text: str,
    start: int,
    key: tuple[Token, ...],
    value: tuple[Token, ...],
    tokens: tuple[Token, ...],
    header: tuple[Token, ...] = (),
) -> Sentence:
    """A sentence of a block; its own label may change its role."""
    role = None
    for tokens_above in (header, key):
        if role is None and tokens_above:
            role = role_of(" ".join(token.stem for token in tokens_above if token.stem))
    scope = replace(whole.scope, role=role) if role else whole.scope
    return Sentence(text, start, whole.block, scope, key, value, header, whole.lead, whole.source, tokens, whole.titled)


def _range(text: str, place: Range) -> tuple[Token, ...]:
    return tokens_of(plain(text[slice(*place)]), place[0])


def _key_end(raw: str, clean: str, block: Block) -> tuple[Range, int]:
    """The range of the label of a block, and where its value begins."""
    bold = _BOLD.match(raw)
    if bold and (bold["colon"] or bold["dash"]):
        return bold.span("key"), bold.end()
    key = _KEY.match(clean)
    if key and (len(key["key"].split()) <= 9 or block.kind is Kind.CODE):
        return key.span("key"), key.end("colon")
    return (0, 0), 0


def _split(text: str, after: int) -> Iterator[Range]:
    start = 0
    for match in _END.finditer(text, after):
        yield from _short(text, start, match.start())
        start = match.end()
    if text[start:].strip() or not start:
        yield from _short(text, start, len(text))


def _short(text: str, start: int, end: int) -> Iterator[Range]:
    """Pieces of a sentence that is too long to be one, cut at blanks."""
    while end - start > _LONGEST:
        cut = max(text.rfind(" ", start + _LONGEST // 2, start + _LONGEST), start + _LONGEST // 2)
        yield start, cut
        start = cut
    yield start, end


class _Above:
    """The headings, labels and parent items above the block that is read."""

    def __init__(self) -> None:
        self.headings: list[tuple[int, str]] = []
        self.title: tuple[str, ...] | None = (
            None  # of the document: its first heading, where that is of the first level
        )
        self.label = ""  # a paragraph that introduces what follows
        self.parents: list[tuple[int, str]] = []
        self.group = -1
        self.scopes: dict[tuple[str, ...], Scope] = {}

    def enter(self, block: Block, raw: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
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
                if _ONLY_BOLD.match(raw) or raw.rstrip().endswith((":", "：", ":**", "：**")):
                    self.label = plain(raw).strip(" :：")
                elif not raw.lstrip().startswith("**"):
                    self.label = ""
            case Kind.ITEM | Kind.CODE:
                lead = self.nested(block, raw)
            case Kind.CELL:
                lead = (self.label,) if self.label else ()
        return tuple(text for _, text in self.headings), lead

    def nested(self, block: Block, raw: str) -> tuple[str, ...]:
        if block.group != self.group:
            self.group, self.parents = block.group, []
        self.parents = [each for each in self.parents if each[0] < block.depth]
        lead = tuple(text for _, text in self.parents[-_DEEPEST:])
        bold = _BOLD.match(raw)
        label = bold["key"] if bold else plain(raw).partition(": ")[0][:90]
        self.parents.append((block.depth, label.strip(" :")))
        return (self.label, *lead) if self.label else lead

    def scope(self, path: tuple[str, ...], lead: tuple[str, ...]) -> Scope:
        key = (*path, "", *lead)
        if key not in self.scopes:
            if len(self.scopes) > 4096:
                self.scopes.clear()
            whole = scope_of(path + lead, titled=bool(path) and path[:1] == self.title)
            self.scopes[key] = Scope(whole.role, path, whole.topics, whole.strategy)
        return self.scopes[key]


def _introduces(label: str) -> bool:
    return len(label.split()) <= 12
