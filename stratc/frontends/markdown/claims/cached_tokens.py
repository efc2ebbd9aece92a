"""How many tokens a key-value cache holds: "12 GB / 40 KB = 300k tokens per replica", "KV tokens | 1.2M"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.arith.unit import BYTE, COUNT, TOKEN
from stratc.frontends.markdown.document.asides import role_before
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.facts.bearings import counted_for
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import Topic
from stratc.ir.statement import Relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_CACHE = words("kv cache kvcache")
_HOLDS = words("hold store fit room space free left leave remain keep capacity")
_OTHERWISE = words(
    "second s read write traffic prefill generate train step request day hour hit prefix need batch batched sequence"
)
_MOST = words("max maximum most capacity 最大")
_FEWEST = 10_000  # tokens; fewer are those of a sequence


def cached_tokens(sentence: Sentence) -> Iterator[Statement]:
    """Claims "tokens.cache": counts of tokens in a sentence on a cache, or what bytes over bytes a token come to."""
    if "oken" not in sentence.text and "oken" not in sentence.key_text:
        return
    tokens = sentence.tokens
    stems = {token.stem for token in (*sentence.key, *sentence.header, *tokens)}
    label = {token.stem for token in sentence.key}
    told = bool(stems & _CACHE) and bool(stems & _HOLDS or _CACHE & label)
    told |= bool(label & _MOST) and "token" in label and Topic.MEMORY in sentence.scope.topics
    if stems & _OTHERWISE or not (told or _divides_bytes(tokens)):
        return
    for at, token in enumerate(tokens):
        figure = token.figure
        if figure is None or figure.quantity.is_range or figure.value < _FEWEST or not _counts_tokens(sentence, at):
            continue
        if relation_before(tokens, at) is Relation.IS and not _is_operand(tokens, at):
            place, role = (token.start, token.end), role_before(tokens, at)
            per = counted_for(sentence, at)
            yield say(sentence, "tokens.cache", figure.value, place, figure=figure, role=role, per=per)


def _counts_tokens(sentence: Sentence, at: int) -> bool:
    """Whether a figure has "tokens" as its unit, behind it, or as the name of its row."""
    figure = sentence.tokens[at].figure
    if figure is None or figure.quantity.dimension not in (COUNT, TOKEN) or figure.quantity.unit.symbol == "B":
        return False  # "576 × 61 × 2B" ends in two bytes
    behind = any(token.stem == "token" for token in sentence.tokens[at + 1 : at + 2])
    return figure.quantity.dimension == TOKEN or behind or "token" in {token.stem for token in sentence.key}


def _divides_bytes(tokens: tuple[Token, ...]) -> bool:
    """Whether gigabytes are divided by kilobytes."""
    for at in range(len(tokens) - 2):
        over, sign, under = tokens[at].figure, tokens[at + 1].sign, tokens[at + 2].figure
        if over and under and sign in ("/", "÷") and over.quantity.dimension == under.quantity.dimension == BYTE:
            return True
    return False


def _is_operand(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether a sign of multiplication or division stands beside a figure."""
    beside = (*tokens[max(0, at - 1) : at], *tokens[at + 1 : at + 3])
    return any(token.sign in ("/", "÷", "×", "*") or token.stem == "x" for token in beside)
