"""What the tables of facts in passing are made of: a row, and the parts that their patterns share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stratc.frontends.markdown.document.number_words import NUMBER_WORD
from stratc.frontends.markdown.words.vocabulary import DEVICE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stratc.text.pattern import Pattern

ALONE = {"one": 1, "single": 1}
N = r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?[kK]?"
COUNT = rf"\d{{1,5}}|{NUMBER_WORD}|{'|'.join(ALONE)}"
FREE = r"(?<![\w.,×*-])"  # where a figure begins that is no part of another
KIND = f"{DEVICE}s"
SEQUENCES = r"(?:sequence|request|prompt|sample)s?"


class Passing(NamedTuple):
    """A pattern, and the fact that each of its groups gives."""

    pattern: Pattern
    keys: Mapping[str, str]
    alone: bool = False  # whether words of links turn it away
