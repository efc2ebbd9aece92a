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
    r"(?i)\b(?:(?:room|space|enough) for|holds?|fits?|works for|i\.e\.|that is|which is|or|=|"
    r"(?P<allowed>allow(?:s|ing)?|permit(?:s|ting)?|accommodates?))\s+(?:for )?"
    r"(?:about|around|roughly|up to|(?P<another>another)|~|≈)?\s*"
    r"(?:\d+\s?[-–]\s?)?(?P<count>\d[\d,]*)(?P<thousands>[kK])?\s+"
    r"(?P<kinds>(?:more |further |additional |concurrent |simultaneous |parallel |full |long )*)"
    r"(?:sequences|requests|sessions|conversations|chats|users)\b(?! per |/s| a )"
    r"(?: (?:of|with|at) (?:up to )?(?P<length>\d[\d,]*(?:\.\d+)?)\s?(?P<kilo>[kK])?(?: tokens)?\b)?",
    "sequences|requests|sessions|conversations|chats|users",
    "room|space|enough|hold|fit|works for|i.e.|that is|which is|or |=|allow|permit|accommodate",
)
_FREE = words("free left leave remain remaining spare headroom unused room fit hold")
_BESIDES = frozenset(("more", "further", "additional"))
_KILO = 1000.0
_FEWEST = 10_000  # tokens of a cache
_SHORTEST = 16  # tokens of a sequence


def cached_sequences(sentence: Sentence) -> Iterator[Statement]:
    """Claims "sequences.cache", what holds them as working, their length as index where it is said.

    Their cause is "in all" where what is left is said to allow so many and no more besides: those that run already may
    be among them.
    """
    match = _ROOM.search(sentence.text)
    if match is None:
        return
    amount = _free(sentence, sentence.start + match.start("count"))
    if amount is None or amount.figure is None:
        return
    count = float(match["count"].replace(",", "")) * (_KILO if match["thousands"] else 1)
    length = float(match["length"].replace(",", "")) * (_KILO if match["kilo"] else 1) if match["length"] else 0.0
    place = match.start("count"), match.end("thousands" if match["thousands"] else "count")
    said = said_at(sentence, "sequences.cache", count, place)
    if "up to" in match[0]:  # which says that all of them is the most, and of no other plan
        said = replace(said, scope=said_at(sentence, "sequences.cache", count, match.span()).scope)
    held = replace(said, quantity=Quantity.of(count, UNITS["sequences"]), working=literal_of(sentence, amount.figure))
    per = counted_for(sentence, sentence.tokens.index(amount))
    besides = match["another"] or not _BESIDES.isdisjoint(match["kinds"].casefold().split())
    whole = "in all" if match["allowed"] and not besides else ""
    yield replace(held, index=int(length) if length >= _SHORTEST else None, per=per, cause=whole)


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
