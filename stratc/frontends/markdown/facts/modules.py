"""Lists of the modules that a model is divided into: those that leave attention out, and where the embedding lies."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.quantity import Quantity
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.words.vocabulary import DEVICE
from stratc.ir.scope import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_DIVISION = (
    r"(?i)\bmodules? (?:partition(?:ing|s)?|division|decomposition|breakdown|split|distribution)\b|模块(?:划分|拆分)"
)
_COMPUTING = (
    r"(?i)\b(?:attention|mha|transformer|decoder|layers? modules?|layer stack|backbone|blocks?|stages?)\b|注意力"
)
_MODULE = r"(?i)\b(?P<name>[a-z]+)(?: processing| computation| layer)? modules?\b"
_FEWEST = 3  # modules of a list
_EMBEDDING = (
    rf"(?i)\bembeddings?\b[^|.;\n\d]{{0,30}}?\b{DEVICE}s?:? ?(?P<first>\d+)"
    r"(?:\s*(?:-|–|to)\s*(?P<last>\d+))?\b(?!\s*(?:GPU|%|,\s*\d))"
)


def modules(said: Sequence[Sentence]) -> Iterator[Statement]:
    """Statements of lists of modules and of the devices of an embedding."""
    heading: Sentence | None = None
    names: list[str] = []
    whole = False  # whether the list has a module that computes attention
    for sentence in said:
        if sentence.block.kind is Kind.HEADING and (heading is None or heading.text not in _above(sentence)):
            yield from _without_attention(heading, names, whole)
            heading, names, whole = (sentence if re.search(_DIVISION, sentence.text) else None), [], False
        elif heading is not None:
            whole = whole or re.search(_COMPUTING, sentence.text) is not None
            found = re.search(_MODULE, sentence.text) if sentence.key or _is_title(sentence) else None
            names.extend([found["name"].lower()] if found else [])
        if "mbedding" in sentence.text and sentence.has_digit and (place := re.search(_EMBEDDING, sentence.text)):
            yield from _embedding(sentence, place)
    yield from _without_attention(heading, names, whole)


def _above(sentence: Sentence) -> str:
    return " | ".join(sentence.scope.path[:-1])


def _is_title(sentence: Sentence) -> bool:
    return sentence.block.kind in (Kind.HEADING, Kind.ITEM)


def _without_attention(heading: Sentence | None, names: list[str], whole: bool) -> Iterator[Statement]:
    if heading is not None and not whole and "expert" in names and len(set(names)) >= _FEWEST:
        place = (heading.start, heading.end)
        yield replace(
            say(heading, "mention.modules_without_attention", True, place), cause=", ".join(dict.fromkeys(names))
        )


def _embedding(sentence: Sentence, found: re.Match[str]) -> Iterator[Statement]:
    """The devices of the embedding: from one to another, or one alone."""
    first = int(found["first"])
    count = float(int(found["last"] or first) - first + 1)
    if count >= 1 and sentence.scope.role is Role.PLAN:
        place = (sentence.start + found.start("first"), sentence.start + found.end())
        yield replace(say(sentence, "embedding.devices", count, place), quantity=Quantity.of(count))
