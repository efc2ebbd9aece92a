"""Blocks to sentences: a label, the words and figures after it, and everything that stands above them.

A `Sentence` is what the readers of facts, claims and concepts work on.  Its text is the source with markup blanked, so
every offset is one of the source.  `key` are the tokens of the label before a colon (for a cell: of its row), `value`
those after it; `tokens` are both.  `lead` holds the labels above it (parent items, "**Configuration**:"), nearest last;
they also count for `scope`.  A reader takes one sentence and gives Statements; `read.py` calls the readers in order.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from stratc.arith.unit import BYTE
from stratc.frontends.markdown.document.above import BOLD, Above, Title
from stratc.frontends.markdown.document.blocks import Block, Blocks, Kind, Range
from stratc.frontends.markdown.document.listings import LISTING
from stratc.frontends.markdown.document.scopes import role_of, strategy_of
from stratc.frontends.markdown.document.tokens import Token, plain, tokens_of
from stratc.frontends.markdown.document.turns import latest
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import HERE, Role, Scope
from stratc.text.pattern import Pattern
from stratc.text.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.arith.unit import Dimension
    from stratc.frontends.markdown.document.figures import Figure

_DIGIT = re.compile(r"\d")
_KEY = re.compile(r"[\s\W]*?(?P<key>\w[^:：\n]{0,90}?)\s*(?P<colon>:(?=\s|$|[^\x00-\x7f])|：)")
_HAN_KEY = Pattern(  # a colon right before a figure ends a label in Chinese: "KV 每 token:2 × 56"
    r"[\s\W]*?(?P<key>\w[^:：\n]{0,40}?[\u4e00-\u9fff][^:：\n]{0,40}?)(?P<colon>:)(?=[~≈≤≥]?\d)",
    ":",
)
_DOTTED = re.compile(
    r"\W{0,3}\*\*(?P<key>[A-Za-z][A-Za-z/-]*(?: [A-Za-z/-]+){0,3})\.\*\*(?=\s)"
)  # "**Model.** 96 layers"
_END = re.compile(
    r"(?<!\bi\.e)(?<!\be\.g)(?<!\bvs)(?<!\bapprox)[.!?](?=\s+(?:[^a-z\s]|[a-z]\w?[A-Z]))|[。；;](?=\s|$|[^\x00-\x7f])"
)
_GOALS = frozenset(("target", "requirement", "goal", "objective", "slo", "sla"))
_PARTS = frozenset(("weight", "parameter", "gradient", "optimizer", "optimiser", "activation", "cache"))
_NAMED = _PARTS | words(
    "total sum all together overall remaining remain leave left free spare headroom limit capacity "
    "budget overhead reserve reserved buffer workspace adam master model embedding state hbm vram memory gpu "
    "node token sequence request layer expert transfer traffic bandwidth read of"
)
_GAP = re.compile(r"(?<=\S)(?: {2,}|\t+)(?=\S)")  # between the columns of a line of code
_PAIR = Pattern(r"\s*[A-Za-z][\w/.-]*(?: [A-Za-z][\w/.-]*){0,3}(?: ?[:=] ?| )[~≈]?\d[\d.,]*(?![\d.,]*[-–:])")
_PLACED = words("stage node rank replica group expert chunk step phase layer")  # by numbers
_FEWEST_PAIRS = 3
_CONDITIONS = frozenset(("with", "without", "under", "after", "using"))
_LONGEST = 2000  # characters of a sentence; every reader may look at all of one


class Parts(NamedTuple):
    """What a sentence is made of; `text` begins at `start` of the source."""

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
    above: tuple[Title, ...] = ()  # the labels and headings above it, the nearest first, without the document's title
    titled: bool = False  # whether the first heading of its path is the title of the document
    of_all: bool = False  # whether its column counts all devices, beside one that counts a single one


class Sentence(Parts):
    """See the module; what many readers look at first is worked out once, so that most of them look no further."""

    @property
    def sections(self) -> tuple[str, ...]:
        """The headings above it, the nearest last, without the title of the document."""
        return self.scope.path[1:] if self.titled else self.scope.path

    @cached_property
    def low(self) -> str:
        """Its text in lower case."""
        return self.text.lower()

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of its words; those of a cell are without its labels."""
        return frozenset(token.stem for token in self.tokens)

    @cached_property
    def row(self) -> tuple[str, ...]:
        """The stem or the sign of every token, "" for a figure."""
        return tuple(token.stem or token.sign for token in self.tokens)

    @cached_property
    def figures(self) -> tuple[tuple[int, Figure], ...]:
        """Its figures, each with the index of its token."""
        return tuple((at, token.figure) for at, token in enumerate(self.tokens) if token.figure is not None)

    @cached_property
    def dimensions(self) -> frozenset[Dimension]:
        """What its figures measure."""
        return frozenset(figure.quantity.unit.dimension for _, figure in self.figures)

    @cached_property
    def has_digit(self) -> bool:
        """Whether any digit or number in words stands in it; most readers look for figures alone."""
        return _DIGIT.search(self.text) is not None or bool(self.figures)

    @property
    def end(self) -> int:
        """Offset after its last character."""
        return self.start + len(self.text)

    @cached_property
    def key_stems(self) -> frozenset[str]:
        """The stems of the words of its label."""
        return frozenset(token.stem for token in self.key)

    @cached_property
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
    above, labels = Above(), _Labels(blocks.text)
    for block in blocks.blocks:
        raw = blocks.text[block.start : block.end]
        path, lead = above.enter(block, raw)
        scope, titles = above.scope(path, lead)
        titled = path[:1] == above.title
        whole = Sentence(raw, block.start, block, scope, lead=lead, source=source, above=titles, titled=titled)
        yield from _of_cell(labels, whole) if block.kind is Kind.CELL else _of_block(whole)


class _Labels:
    """The labels of rows and columns of the table that is read, each read once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.group = -1
        self.known: dict[Range, tuple[Token, ...]] = {}

    def tokens(self, group: int, place: Range) -> tuple[Token, ...]:
        """The words of the label that stands there."""
        if group != self.group:
            self.group, self.known = group, {}
        if place not in self.known:
            self.known[place] = tokens_of(plain(self.text[slice(*place)]), place[0])
        return self.known[place]


def _of_cell(labels: _Labels, whole: Sentence) -> Iterator[Sentence]:
    """A cell, `whole` being all of it, unread."""
    clean, block = plain(whole.text), whole.block
    label = labels.tokens(block.group, block.label) if block.label[0] != block.start else ()
    value = latest(label, tokens_of(clean, block.start))
    header = labels.tokens(block.group, block.header)
    yield _part(whole, clean, block.start, label, value, value, header)


def _of_block(whole: Sentence) -> Iterator[Sentence]:
    """The sentences of a block, `whole` being all of it, unread.

    A label that names a requirement stands above the sentences after the first: "TTFT target: 1 s; measured 0.8 s".
    So does one whose figure a later clause gives under a condition: "Adam states: 12.8 GB; with ZeRO-1: 3.2 GB".
    """
    clean, block = plain(whole.text), whole.block
    if block.language == LISTING:
        clean = clean.replace("_", " ")
    if "  " in clean or "\t" in clean:
        clean = _in_pairs(clean)
    (first, last), after = _key_end(whole.text, clean, block)
    key = tokens_of(clean[first:last], block.start + first)
    for start, end in _split(clean, after):
        begin = start or after
        value = latest(() if start else key, tokens_of(clean[begin:end], block.start + begin))
        tokens = (*key, Token(key[-1].end, key[-1].end, sign=":"), *value) if key and not start else value
        answers = bool(start and key) and (
            any(token.stem in _GOALS for token in key)
            or _is_condition(clean, value, start)
            or _is_of_part(clean, key, value, start)
        )
        part = _under(whole, clean[first:last].strip()) if answers else whole
        yield _part(part, clean[start:end], block.start + start, () if start else key, value, tokens)


def _in_pairs(line: str) -> str:
    """A line of names and values in columns, a semicolon after each: "layers 56   hidden 8192   heads 64"."""
    pieces = _GAP.split(line)
    pairs = len(pieces) >= _FEWEST_PAIRS and all(_PAIR.match(piece) for piece in pieces)
    if not pairs or re.split(r"[\d\s:=]", pieces[0].strip(), maxsplit=1)[0].lower() in _PLACED:
        return line
    return _GAP.sub(lambda gap: ";" + gap[0][1:], line)


def _under(whole: Sentence, label: str) -> Sentence:
    """The block with one more label above it."""
    return whole._replace(above=(Title(label), *whole.above), lead=(*whole.lead, label))


def _is_condition(text: str, value: tuple[Token, ...], start: int) -> bool:
    """Whether a clause after a semicolon opens with a condition, under which it gives a size."""
    sizes = (token.figure.quantity.dimension == BYTE for token in value if token.figure)
    return text[start - 1] in ";；" and value[:1] != () and value[0].stem in _CONDITIONS and any(sizes)


def _is_of_part(text: str, key: tuple[Token, ...], value: tuple[Token, ...], start: int) -> bool:
    """Whether a clause after a semicolon gives a size of the part that the label names, and names nothing itself."""
    if text[start - 1] not in ";；" or _PARTS.isdisjoint(token.stem for token in key):
        return False
    sizes = any(token.figure and token.figure.quantity.dimension == BYTE for token in value)
    return sizes and _NAMED.isdisjoint(token.stem for token in value)


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
    if role is Role.EXAMPLE and len(value) == 1 and value[0].figure:
        role = None  # "Examples: 64,000" counts those of a data set
    scope = replace(whole.scope, role=role) if role else whole.scope
    if header and not scope.strategy and (phase := _phase_of_cell(key, header)):
        scope = replace(scope, strategy=phase)
    return Sentence(
        text,
        start,
        whole.block,
        scope,
        key,
        value,
        header,
        whole.lead,
        whole.source,
        tokens,
        whole.above,
        whole.titled,
    )


def _phase_of_cell(key: tuple[Token, ...], header: tuple[Token, ...]) -> str:
    """The phase that the column or the row of a cell is about, "" for none or both."""
    found = {strategy_of(" ".join(token.stem for token in tokens)) for tokens in (key, header)} - {""}
    return found.pop() if len(found) == 1 else ""


def _key_end(raw: str, clean: str, block: Block) -> tuple[Range, int]:
    """The range of the label of a block, and where its value begins."""
    bold = BOLD.match(raw)
    if dotted := _DOTTED.match(raw):
        return dotted.span("key"), dotted.end()
    if bold and (bold["colon"] or bold["dash"]):
        return bold.span("key"), bold.end()
    key = _KEY.match(clean) or (None if clean.isascii() else _HAN_KEY.match(clean))
    if key and (len(key["key"].split()) <= 9 or block.kind is Kind.CODE) and not _END.search(clean, *key.span("key")):
        return key.span("key"), key.end("colon")
    return (0, 0), 0


def _split(text: str, after: int) -> Iterator[Range]:
    start = 0
    for match in _END.finditer(text, after):
        if ";" in match[0] and text.count("(", start, match.start()) > text.count(")", start, match.start()):
            continue  # inside brackets
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
