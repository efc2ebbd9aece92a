"""The columns of a matrix that one tensor-parallel group has: "1,024 columns per TP group"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.quantity import Quantity
from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.words.vocabulary import DEVICE
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_OTHER = rf"(?!heads?\b|layers?\b|experts?\b|tokens?\b|(?:{DEVICE}|rank)s?\b)"
_WIDTH = Pattern(
    r"(?i)(?<![\d.,–-])(?P<size>\d{1,5})(?![\d.,–%-]\d)"
    rf"(?: {_OTHER}\w+)? per (?:TP|tensor[- ]parallel)[- ]group\b",
    "per tp|per tensor",
)
_WIDE = Pattern(r"(?i)\b(?:hidden|dimensions?|width|columns?|FFN|intermediate)\b")


def group_widths(sentence: Sentence) -> Iterator[Statement]:
    """Statements "group.width" of cause "tp"."""
    if (found := _WIDTH.search(sentence.text)) and _WIDE.search(sentence.text):
        value = float(found["size"])
        place = (sentence.start + found.start("size"), sentence.start + found.end("size"))
        yield replace(say(sentence, "group.width", value, place), quantity=Quantity.of(value), cause="tp")
