"""Bytes that devices send one another: by which kind of parallelism, of how many tokens, for one layer or for all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from stratc.arith.unit import BYTE, REQUEST, SEQUENCE, TOKEN
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.facts.bearings import counted_for
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import Role
from stratc.ir.statement import Per, Relation
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_MOVED = (
    r"transfer|hand(?:ed|s|ing)?[- ]?o(?:ff|ver)|\bmov(?:e|ed|es|ing)\b|migrat|\bship|\bsen[dt]s?\b"
    r"|\bcop(?:y|ied|ies)\b|the (?:wire|network)\b|\bpull|\bpush|\bstream(?:ed|s)?\b"
)
_MOVED_WORDS = "transfer|hand|mov|migrat|ship|send|sent|cop|wire|network|pull|push|stream"
_REDUCED = r"all-?reduc|reduce-?scatter|\breduc(?:ed|tions?)\b|\bsummed\b|partial sums?\b|\bsynchroni[sz]"
_REDUCED_WORDS = "reduc|sum|synchroni"
_KINDS: tuple[tuple[str, tuple[Pattern, ...]], ...] = (  # what is sent, and patterns that all hold of its words
    (
        "dp",
        (
            Pattern(r"\bgrad(?:ient)?s?\b", "grad"),
            Pattern(
                rf"{_REDUCED}|exchang|traffic|\bring\b|\bsen[dt]s?\b",
                f"{_REDUCED_WORDS}|exchang|traffic|ring|send|sent",
            ),
        ),
    ),
    (
        "kv",
        (
            Pattern(r"\bkv\b|\bcache|keys? and values?|\blatents?\b", "kv|cache|value|latent"),
            Pattern(_MOVED, _MOVED_WORDS),
        ),
    ),
    (
        "ep",
        (
            Pattern(
                r"\bdispatch|\bcombin(?:e|ed|es|ing)\b|all-to-all|alltoall|all2all|\ba2a\b|\bexperts?\b",
                "dispatch|combin|all|a2a|expert",
            ),
            Pattern(
                r"dispatch|combin|all-?to-?all|all2all|a2a|exchang|(?:way|come|sent|go(?:es|ing)?) (?:back|out)|"
                + _MOVED,
                f"dispatch|combin|all|a2a|exchang|back|out|{_MOVED_WORDS}",
            ),
        ),
    ),
    ("tp", (Pattern(rf"{_REDUCED}|all-?gather", f"{_REDUCED_WORDS}|gather"),)),
    (
        "pp",
        (
            Pattern(
                r"hand(?:ed|s|ing)?[- ]?o(?:ff|ver)|\bhops?\b|stage[- ](?:border|boundar|out|to)|point-to-point|\bp2p\b"
                r"|send/recv|\b(?:next|between|previous|following)(?: the| pipeline)* stages?\b|stage_(?:out|to)"
                r"|\bboundary\b|\bborder\b",
                "hand|hop|stage|point|p2p|recv|bound|border",
            ),
        ),
    ),
)
_NOT_OF_LAYERS = Pattern(
    r"\bgrad|optimi[sz]er|\bweights?\b|data[- ]parallel|\bdp\b|replica|\bloss\b|checkpoint|\bbuffers?\b",
    "grad|optimi|weight|data|dp|replica|loss|checkpoint|buffer",
)
_KEPT = Pattern(
    r"(?i)\b(?:buffers?|reserv\w+|budgets?|pools?|capacity|limits?|thresholds?|holds?|free|bucket\w*|static"
    r"|stored?|kept)\b",
    "buffer|reserv|budget|pool|capacity|limit|threshold|hold|free|bucket|static|store|kept",
)
_DTYPES = (
    (1, Pattern(r"(?i)\b(?:fp8|e4m3|e5m2|int8|mxfp8|float8|8[- ]bits?)\b", "8|e4m3|e5m2")),
    (2, Pattern(r"(?i)\b(?:bf16|fp16|bfloat16|float16|half precision|16[- ]bits?)\b", "16|half")),
    (4, Pattern(r"(?i)\b(?:fp32|float32|tf32|32[- ]bits?)\b", "32")),
)
_COUNTED = words("token row position")
_ROWS = words("sequence request user stream row session")
_ONE_TOKEN = Pattern(r"(?i)\b(?:per|each|every|one|a|single)(?: \w+)? (?:token|row)\b", "token|row")
_LAYER = Pattern(
    r"(?i)\b(?:per|each|every|one|a|an|single|and|in a)[- ](?:\w+[- ]){0,2}(?:layer|block)s?\b|/ ?layer\b",
    "layer|block",
)
_ALL = Pattern(
    r"(?i)(?<![-\w])(?:all|over (?:the|all)|whole|entire|full)(?: (?!per|each|in|of|one)\w+){0,2}"
    r" (?:layers?|depth|model|stack|network)\b"
    r"|(?<![-\w])(?:all|\d+)(?: (?!per|each|in|of|one)\w+)? layers?\b|\blayers together\b|\bforward pass\b"
    r"|\bper (?:\w+ )?(?:pass|step|iteration|chunk)\b",
    "layer|depth|model|stack|network|pass|step|iteration|chunk",
)
_CALL = Pattern(
    r"\b(?:per|each|every|one|a|single)[- ](?:all-?reduce|call|collective|operation|message|reduction)\b|\beach one\b",
    "reduc|call|collective|operation|message|each one",
)
_BOTH = Pattern(
    r"\bboth\b|\btwo exchanges\b|dispatch (?:and|\+|plus|&) combine|round[- ]trip|there and back|back and forth"
    r"|\btogether\b",
    "both|two exchanges|dispatch|round|back|together",
)
_ACROSS = Pattern(
    r"cross|inter-?node|infiniband|network|\bbetween\b|\bleav|\bremote|\bscale-?out",
    "cross|inter|infiniband|network|between|leav|remote|scale",
)
_HOW_MUCH = Pattern(
    r"\bhands?\b|\bsen[dt]s?\b|\bexchang|\btraffic\b|\bvolume|\badds? up|\bamounts?\b|\bcarr(?:y|ies)\b"
    r"|\bmov(?:e|es|ed)\b|\btogether\b|\bin all\b|\bin total\b|\bship",
    "hand|send|sent|exchang|traffic|volume|add|amount|carr|mov|together|in all|in total|ship",
)
_BACK = 8  # sentences of a section before one that takes its tokens from them


class Told(NamedTuple):
    """What a document tells once for all its figures: the widths of elements, and the tokens of a chunk."""

    widths: tuple[int, ...]
    chunks: frozenset[int]


class Said(NamedTuple):
    """The words that a sentence is read with: its own, and those of the labels and headings right above it."""

    own: str
    above: str


def sent(said: Sequence[Sentence], text: str) -> Iterator[Statement]:
    """Claims "sent.bytes" with the tokens they are of as `index`, and "sent.tokens": every number of tokens spoken of.

    `cause` holds the kind of parallelism ("kv" for a cache that moves) and what is said with it: "ep combine both w2".
    """
    sized = [n for n, sentence in enumerate(said) if sentence.has_digit and BYTE in sentence.dimensions]
    if not sized:
        return
    told = Told(_widths(text) or (2,), frozenset(count for each in said for count in _chunks(each.tokens)))
    found = [each for n in sized for each in _of_sentence(said, n, told)]
    if found:
        yield from found
        yield from _spoken(said)


def _of_sentence(said: Sequence[Sentence], n: int, told: Told) -> Iterator[Statement]:
    sentence = said[n]
    if sentence.scope.role is not Role.PLAN or sentence.block.kind is Kind.HEADING or sentence.block.language:
        return
    if _KEPT.search(sentence.text) or _KEPT.search(sentence.key_text):
        return
    words_of = _words_of(sentence, _corner(said, n))
    kind = _kind(words_of) or _kind_before(said, n, words_of)
    if not kind:
        return
    results = [
        (at, figure)
        for at, figure in sentence.figures
        if figure.quantity.dimension == BYTE and _is_result(sentence, at, figure)
    ]
    if not results:
        return
    near, per = _near_tokens(said, n, told.chunks), _layers_of(sentence)
    flags = tuple(_flags(words_of, kind, told.widths, len(results)))
    for at, figure in results:
        told_of = say(sentence, "sent.bytes", figure.value, (figure.start, figure.end), figure=figure, per=per)
        yield replace(told_of, cause=" ".join((kind, *flags, *_flags_of(sentence, at))), index=near)


def _layers_of(sentence: Sentence) -> Per:
    """Whether a sentence, with the labels of its row and its column, speaks of one layer or of all of them."""
    cell = sentence.block.kind is Kind.CELL
    labels = (" ".join(sentence.key_text.split()), " ".join(token.stem for token in sentence.header)) if cell else ()
    text = " ".join((*labels, sentence.text))
    return Per.TOTAL if _ALL.search(text) else Per.LAYER if _LAYER.search(text) else Per.UNSAID


def _flags_of(sentence: Sentence, at: int) -> Iterator[str]:
    """What is said beside one figure: the product that it is the result of, and that it is of one device."""
    if _is_worked(sentence, at):
        yield "worked"
    if counted_for(sentence, at) is Per.DEVICE:
        yield "device"


def _corner(said: Sequence[Sentence], n: int) -> tuple[Token, ...]:
    """The header over the labels of a table's rows, which says what all of them are about; () outside tables."""
    if said[n].block.kind is not Kind.CELL:
        return ()
    label = said[n].block.label[0]
    return next((each.header for each in reversed(said[max(0, n - _BACK) : n]) if each.block.start == label), ())


def _words_of(sentence: Sentence, corner: tuple[Token, ...]) -> Said:
    labels = (*sentence.key, *sentence.header, *corner)
    own = _hyphened(labels) if sentence.block.kind is Kind.CELL else ""
    above = " . ".join(title.text for title in sentence.above[:2])
    return Said(f"{own} {sentence.text}".lower(), above.lower())


def _hyphened(tokens: Sequence[Token]) -> str:
    """The words of a label as they are written, but in the singular: "all-reduce in a layer"."""
    joined = " ".join(
        token.stem or token.sign or (f"{token.figure.value:g}" if token.figure else "") for token in tokens
    )
    return joined.replace(" - ", "-")


def _kind(said: Said) -> str:
    """What is sent, by the words of a sentence, else by those above it."""
    for words_of in (said.own, f"{said.own} . {said.above}"):
        for kind, patterns in _KINDS:
            if all(pattern.search(words_of) for pattern in patterns):
                return "" if kind in ("tp", "pp") and _NOT_OF_LAYERS.search(words_of) else kind
    return ""


def _kind_before(said: Sequence[Sentence], n: int, own: Said) -> str:
    """What is sent by the sentences right before one that only tells how much: "… is summed. It hands on 2 GB"."""
    if not _HOW_MUCH.search(own.own):
        return ""
    for other in reversed(said[max(0, n - 2) : n]):
        same = other.block.start == said[n].block.start or other.scope.path == said[n].scope.path
        if same and other.block.kind is Kind.PARAGRAPH and (kind := _kind(Said(other.low, ""))):
            return kind
    return ""


def _flags(said: Said, kind: str, widths: tuple[int, ...], results: int) -> Iterator[str]:
    """What is said beside the kind: the way, the call, the width of an element."""
    own = _widths(said.own)
    yield f"w{','.join(map(str, own or widths))}"
    if own:
        yield "typed"
    ways = {way for way in ("dispatch", "combin") if way in said.own}
    if kind == "ep" and results == 1 and (len(ways) == 2 or _BOTH.search(said.own)):
        yield "both"
    elif len(ways) == 1:
        yield ways.pop()
    if _CALL.search(said.own):
        yield "call"
    if _ACROSS.search(said.own):
        yield "across"
    if "scatter" in said.own or "gather" in said.own:
        yield "half"


def _widths(text: str) -> tuple[int, ...]:
    """Bytes of the elements that a text names."""
    return tuple(width for width, name in _DTYPES if name.search(text))


def _is_result(sentence: Sentence, at: int, figure: Figure) -> bool:
    """Whether bytes are what a sentence gives, and no operand of its arithmetic or a bound."""
    tokens = sentence.tokens
    before = tokens[at - 1].sign if at else ""
    after = tokens[at + 1].sign if at + 1 < len(tokens) else ""
    operand = before in ("×", "*", "/", "÷") or after in ("×", "*", "÷", "/")
    return not operand and not figure.quantity.is_range and relation_before(tokens, at) is Relation.IS


def _is_worked(sentence: Sentence, at: int) -> bool:
    """Whether a product stands before a figure that is its result."""
    signs = [token.sign for token in sentence.tokens[:at]]
    return signs[-1:] in (["="], ["≈"], ["→"]) and any(sign in ("×", "*") for sign in signs)


def _near_tokens(said: Sequence[Sentence], n: int, chunks: frozenset[int]) -> int | None:
    """The number of tokens that a sentence, the labels above it or the lines before it give; None where unclear."""
    sentence = said[n]
    labels = (*sentence.key, *sentence.header, *_corner(said, n)) if sentence.block.kind is Kind.CELL else ()
    own = {*_counts(sentence.tokens, _is_decode(sentence)), *_counts(labels, _is_decode(sentence))}
    if own:
        return own.pop() if len(own) == 1 else None
    if _ONE_TOKEN.search(sentence.text):
        return 1
    for title in sentence.above[:2]:
        if named := {*_counts(title.tokens, "decode" in title.text.lower())}:
            return named.pop() if len(named) == 1 else None
    for other in reversed(said[max(0, n - _BACK) : n]):
        near = other.scope.path == sentence.scope.path and other.block.group in (-1, sentence.block.group)
        if near and (counts := {*_counts(other.tokens, _is_decode(other))}):
            return counts.pop() if len(counts) == 1 else None
    return next(iter(chunks)) if len(chunks) == 1 and "chunk" in sentence.low else None


def _is_decode(sentence: Sentence) -> bool:
    return "decod" in sentence.low or any("decod" in title.text.lower() for title in sentence.above[:1])


def _counts(tokens: Sequence[Token], decodes: bool) -> Iterator[int]:
    """Numbers of tokens; a step of decoding has one of every sequence."""
    for at, token in enumerate(tokens):
        figure = token.figure
        if figure is None or figure.quantity.is_range or figure.per is not Per.UNSAID:
            continue
        units = (TOKEN, SEQUENCE, REQUEST) if decodes else (TOKEN,)
        counted = figure.quantity.dimension in units or (figure.is_count and _is_named(tokens, at, decodes))
        if counted and 0 < figure.value == int(figure.value):
            yield int(figure.value)


def _is_named(tokens: Sequence[Token], at: int, decodes: bool) -> bool:
    """Whether a bare number counts tokens: "4,096-token", "tokens = 4096", "chunks of 4096"."""
    nouns = _COUNTED | _ROWS if decodes else _COUNTED
    first, second = ([each.stem for each in tokens[at + 1 : at + 4] if each.sign != "-"] + ["", ""])[:2]
    assigned = at > 1 and tokens[at - 1].sign == "=" and tokens[at - 2].stem in nouns
    return first in nouns or (second in nouns and first in _BETWEEN) or assigned or _is_chunk(tokens, at)


_BETWEEN = words("prompt decode running new input active concurrent generated")


def _chunks(tokens: Sequence[Token]) -> Iterator[int]:
    return (int(token.figure.value) for at, token in enumerate(tokens) if token.figure and _is_chunk(tokens, at))


def _is_chunk(tokens: Sequence[Token], at: int) -> bool:
    """ "chunks of 2048"."""
    return at > 1 and tokens[at - 1].stem in ("of", "prefill") and tokens[at - 2].stem in ("chunk", "chunked")


def _spoken(said: Sequence[Sentence]) -> Iterator[Statement]:
    """Every number of tokens, each once."""
    seen: set[int] = set()
    for sentence in said:
        for count in _counts((*sentence.tokens, *sentence.key, *sentence.header), True):
            if count not in seen:
                seen.add(count)
                place = (sentence.start, sentence.end)
                yield replace(say(sentence, "sent.tokens", float(count), place, role=Role.PLAN), index=count)
