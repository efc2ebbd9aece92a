"""Rows of the vocabulary against the words and figures of a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.arith.quantity import BINARY_COUNTS, Quantity
from stratc.arith.unit import ONE, PERCENT
from stratc.frontends.markdown.document.phrases import Phrases
from stratc.frontends.markdown.document.scopes import topics_of
from stratc.frontends.markdown.words.vocabulary import ROWS, Form, Row, words
from stratc.ir.scope import Topic
from stratc.ir.values import Extent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.values import Value

BEFORE: Phrases[Row] = Phrases((row.before, row) for row in ROWS if row.before)
AFTER: Phrases[Row] = Phrases((row.after, row) for row in ROWS if row.after)
ROW_OF = {row.key: row for row in ROWS}
_UNLESS = {row: frozenset(row.unless.split()) for row in ROWS}
_NEVER = {row: row.never.split() for row in ROWS}
FILLERS = words(
    "of is to the a an about approximately around up maximum max average avg set at equal size length "
    "total variable dynamic fixed degree range from between value = : ( ~ ≈ - – [ single with exactly run running "
    "provide deliver offer only minimum min typical"
)
_BETWEEN = frozenset("=:(~≈[")
_BOUNDS = words("below under within less than at most p50 p90 p95 p99")
ADJECTIVES = words(
    "transformer consecutive total attention active routed different parallel identical independent "
    "decoder global local contiguous physical full nvidia dense complete whole distinct unique"
)


def value_of(row: Row, figure: Figure) -> Value | None:
    """The figure as a value of the row; None where unit or form do not fit."""
    quantity = figure.quantity
    if (figure.times and row.key not in _FACTORS) or quantity.dimension not in row.units:
        return None
    match row.form:
        case Form.FRACTION:
            if quantity.is_range:
                return None
            if quantity.unit == PERCENT or (quantity.unit == ONE and 0 < quantity.high < 1):
                return quantity.high
            return None
        case Form.EXTENT:
            plausible = quantity.unit != PERCENT and quantity.low >= 1 and quantity.high <= _LONGEST
            return extent_of(quantity) if plausible else None
        case Form.NUMBER:
            if row.key == "model.parameters" and quantity.high < 1e6:
                return None
            return None if quantity.is_range or quantity.unit == PERCENT else quantity.high
        case Form.INTEGER:
            if (quantity.unit.scale != 1.0 and row.key not in _LARGE) or quantity.high > _MOST:
                return None
            whole = quantity.high == int(quantity.high) and not quantity.is_range and quantity.unit != PERCENT
            return (
                int(quantity.high)
                if whole and quantity.high >= (0 if row.key == "strategy.zero_stage" else 1)
                else None
            )
        case Form.WORD:
            return None


def extent_of(quantity: Quantity) -> Extent:
    """The ends of a length; 8K and 128K are 8,192 and 131,072 there, as the lengths of contexts are.

    >>> from stratc.arith.unit import UNITS
    >>> [extent_of(Quantity.of(1e3 * length, UNITS["K"])).high for length in (8, 10)]
    [8192.0, 10000.0]
    """
    ends = (quantity.low, quantity.high)
    thousands = [end / 1e3 for end in ends]
    doubled = all(end.is_integer() and int(end).bit_count() == 1 for end in thousands)
    factor = BINARY_COUNTS[1e3] if quantity.unit.scale == 1e3 and doubled else 1.0
    return Extent(*(end * factor for end in ends))


_LINKS = words("hardware.link_bandwidth hardware.network_bandwidth")


def micro_batch(tokens: Sequence[Token], end: int) -> str:
    """Which fact "micro-batch" names before a figure: one is a size, several are counted, "of 2" tells how large.

    >>> from stratc.frontends.markdown.document.tokens import tokens_of
    >>> [micro_batch(tokens_of(text, 0), 3) for text in ("Micro-batches: 8", "micro-batch 2", "micro-batches of 2")]
    ['workload.micro_batches', 'workload.micro_batch_size', 'workload.micro_batch_size']
    """
    last = tokens[end - 1]
    several = last.many
    sized = end < len(tokens) and tokens[end].stem == "of"
    return "workload.micro_batches" if several and not sized else "workload.micro_batch_size"


MICRO_BATCH = frozenset(("workload.micro_batches", "workload.micro_batch_size"))


def is_called(row: Row, tokens: Sequence[Token], first: int, end: int) -> bool:
    """Whether a phrase of the row, found by its stems, also names it with its plural, and names no rate."""
    if is_rate(tokens, end) or _is_of_one(tokens, first):
        return False
    stems = [token.stem for token in tokens[first:end] if token.stem]
    bare = stems in (["micro", "batch"], ["microbatch"])
    return row.key not in MICRO_BATCH or not bare or micro_batch(tokens, end) == row.key


def _is_of_one(tokens: Sequence[Token], first: int) -> bool:
    """Whether a noun is what another figure is given for: "norm/layer = 16,384", not "heads/KV head"."""
    if first < 2 or tokens[first - 1].sign != "/" or tokens[first].stem not in _ONES or tokens[first].many:
        return False
    return bool(tokens[first - 2].stem) and tokens[first - 2].stem != tokens[first].stem


def is_rate(tokens: Sequence[Token], end: int) -> bool:
    """Whether what a noun counts is counted by time: "14,000 output tokens/s", "prompt tokens per second"."""
    sign, time = (*tokens[end : end + 2], None, None)[:2]
    return bool(sign and time and (sign.sign == "/" or sign.stem == "per") and time.stem in _TIMES)


_ONES = words("layer expert head")
_TIMES = words("s sec second ms millisecond min minute h hour day 秒 毫秒 分钟 小时")
_MOST = 1e7  # of a count; larger ones are of parameters or operations
_LONGEST = 1e8  # tokens of a sequence
_LARGE = words("model.vocab_size workload.batch_size")  # counts that plans write with "K"
_FACTORS = words("strategy.capacity_factor")  # which plans write with "×"


def fits(row: Row, sentence: Sentence, words: Sequence[Token]) -> bool:
    """Whether the section and the words around a phrase let the row speak."""
    topics = sentence.scope.topics[:3]
    if row.below and (Topic.UTILISATION in topics or not _is_below(row, sentence, topics)):
        return False
    if row.key.startswith("hardware.") and "effective" in "".join(sentence.lead[-1:]).lower():
        return False
    if row.never and any(_is_said(each, token) for each in _NEVER[row] for token in (*sentence.key, *sentence.tokens)):
        return False
    against = _UNLESS[row] & {token.stem for token in words if token.stem}
    if row.key == "hardware.mfu" and topics[:1] == (Topic.HARDWARE,):
        against -= {"effective"}  # "240 TFLOPS effective (60% MFU)" is what the machines are counted on for
    return not against


_NOUNS = words(
    "gpu expert layer head stage group way node batch micro replica request parameter dimension step "
    "rank module part copy pipeline matrix matrice model instance server cluster chunk shard split partition phase "
    "thread stream block"
)


def _is_said(word: str, token: Token) -> bool:
    return token.stem == word or (not word.isascii() and word in token.stem)


def _is_below(row: Row, sentence: Sentence, topics: tuple[Topic, ...]) -> bool:
    """Whether a section or the label of an item is about what the row belongs to."""
    return bool(set(row.below) & set(topics)) or bool(
        sentence.key and set(row.below) & set(topics_of(sentence.key_text))
    )


def other_noun(row: Row, tokens: Sequence[Token], at: int) -> bool:
    """Whether the noun after a figure counts something else than the label: "Attention: 16 heads"."""
    figure = tokens[at].figure
    rows = [found for found, _ in nouns_after(tokens, at) if figure and value_of(found, figure) is not None]
    if rows:
        return all(found.key != row.key for found in rows) and (row.form is Form.INTEGER or row.key in _LINKS)
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if row.form is not Form.INTEGER or after is None or not after.stem:
        return after is not None and after.sign == "-" and row.form is Form.INTEGER and dashed(row, tokens, at)
    if after.stem == "per" and at + 2 < len(tokens):
        return f"per {tokens[at + 2].stem}" not in f"{row.before} {row.after}"
    last = row.after.rpartition("|")[2] if row.after else ""
    counted = (phrase.partition(" per")[0] for phrase in (*row.before.split("|"), last))
    known = {stem for phrase in counted for stem in phrase.split()}
    return after.stem in _NOUNS and not any(word.startswith(after.stem[:4]) for word in known)


def of_part(sentence: Sentence, row: Row) -> Row:
    """The hidden dimension of an expert, where the label names experts."""
    if row.key == "model.hidden_size" and {"moe", "expert"} & {token.stem for token in sentence.key}:
        return ROW_OF["model.expert_hidden_size"]
    if row.key == "model.ffn_hidden_size" and "routed" in sentence.stems and "dense" not in sentence.stems:
        return ROW_OF["model.expert_hidden_size"]  # "128 routed experts, top-8, intermediate size 1536"
    return row


def dashed(row: Row, tokens: Sequence[Token], at: int) -> bool:
    """Whether "16-layer", "4-way" and the like count something else than the label."""
    word = tokens[at + 2].stem if at + 2 < len(tokens) and tokens[at + 1].sign == "-" else ""
    return bool(word) and word not in row.before and word not in row.after


def nouns_after(tokens: Sequence[Token], at: int) -> list[tuple[Row, int]]:
    """Rows that the nouns after a figure name, adjectives skipped."""
    index = at + 1
    while index < len(tokens) and index < at + 5:
        found = AFTER.at(tokens, index)
        if found:
            return [] if is_rate(tokens, max(end for _, end in found)) else found
        if tokens[index].sign != "-" and tokens[index].stem not in ADJECTIVES:
            break
        index += 1
    return []


def passed(row: Row, tokens: Sequence[Token], end: int) -> int:
    """The index after what may stand between a phrase that ends there and its figure."""
    at = end
    while at < min(len(tokens), end + 5) and (
        tokens[at].stem in FILLERS or tokens[at].sign in _BETWEEN or _binds(row, tokens[at])
    ):
        at += 1
    return at


def _binds(row: Row, token: Token) -> bool:
    """Whether a word or sign bounds a latency: "TTFT p95 below 3 s"."""
    return row.key.startswith("target.") and (token.stem in _BOUNDS or token.sign in ("<", "≤", "＜"))


def nearest(tokens: Sequence[Token], first: int) -> Sequence[Token]:
    """The two tokens before a phrase, as far as the comma between them."""
    before = tokens[max(0, first - 2) : first]
    cut = next((at + 1 for at in range(len(before) - 1, -1, -1) if before[at].sign in (",", ";")), 0)
    return before[cut:]
