"""How many sequences the free memory is said to hold: "the remaining 19 GB leave room for 60 more sequences"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.quantity import Quantity
from stratc.arith.unit import BYTE, TOKEN, UNITS
from stratc.frontends.markdown.document.saying import said_at
from stratc.frontends.markdown.facts.bearings import counted_for
from stratc.frontends.markdown.words.vocabulary import words
from stratc.frontends.markdown.workings.working import literal_of
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_ROOM = Pattern(
    r"(?i)\b(?:(?:room|space|enough) for|holds?|fits?|works for|i\.e\.|that is|which is|or|=)\s+(?:about|around|"
    r"roughly|up to|another|~|≈)?\s*(?:\d+\s?[-–]\s?)?(?P<count>\d[\d,]*)\s+(?:more |further |additional |concurrent "
    r"|parallel |full |long )*(?:sequences|requests|sessions|conversations|chats|users)\b(?! per |/s| a )"
    r"(?: (?:of|with|at) (?:up to )?(?P<length>\d[\d,]*(?:\.\d+)?)\s?(?P<kilo>[kK])?(?: tokens)?\b)?",
    "sequences|requests|sessions|conversations|chats|users",
    "room|space|enough|hold|fit|works for|i.e.|that is|which is|or |=",
)
_FREE = words("free left leave remain remaining spare headroom unused room fit hold")
_KILO = 1000.0
_FEWEST = 10_000  # tokens of a cache
_SHORTEST = 16  # tokens of a sequence


def cached_sequences(sentence: Sentence) -> Iterator[Statement]:
    """Claims "sequences.cache", what holds them as working, their length as index where it is said."""
    match = _ROOM.search(sentence.text)
    if match is None:
        return
    amount = _free(sentence, sentence.start + match.start("count"))
    if amount is None or amount.figure is None:
        return
    count = float(match["count"].replace(",", ""))
    length = float(match["length"].replace(",", "")) * (_KILO if match["kilo"] else 1) if match["length"] else 0.0
    said = said_at(sentence, "sequences.cache", count, match.span("count"))
    held = replace(said, quantity=Quantity.of(count, UNITS["sequences"]), working=literal_of(sentence, amount.figure))
    per = counted_for(sentence, sentence.tokens.index(amount))
    yield replace(held, index=int(length) if length >= _SHORTEST else None, per=per)


def _free(sentence: Sentence, end: int) -> Token | None:
    """The amount that holds them: the only tokens of a sentence, or the only bytes of one on what is left."""
    tokens = sentence.tokens
    counted = [token for at, token in enumerate(tokens) if _counts_tokens(tokens, at)]
    if counted:
        return counted[0] if len(counted) == 1 else None
    bytes_ = [each for each in tokens if each.figure and each.figure.quantity.dimension == BYTE and each.end <= end]
    return bytes_[0] if len(bytes_) == 1 and _FREE & {token.stem for token in tokens} else None


def _counts_tokens(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether a figure counts so many tokens as a cache holds, and no single sequence."""
    figure = tokens[at].figure
    if figure is None or figure.quantity.is_range or figure.value < _FEWEST:
        return False
    return figure.quantity.dimension == TOKEN or any(each.stem == "token" for each in tokens[at + 1 : at + 2])
