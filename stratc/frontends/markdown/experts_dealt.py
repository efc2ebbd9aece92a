"""The experts of a layer beside those of a device in one breath: "64 experts → 8 experts per GPU"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.saying import said_at
from stratc.frontends.markdown.vocabulary import DEVICE
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.sentences import Sentence
    from stratc.ir.statement import Statement

_DEALT = Pattern(
    r"(?i)(?<![\w.,×x-])(?P<n>\d{1,4}) (?:routed )?experts(?: in total)?(?: ?(?:→|=>|->|➜|;|,(?: so)?)) ?"
    rf"\d{{1,4}} (?:experts )?(?:per|on each|on every|/|a) ?(?:{DEVICE}|rank|EP rank)\b",
    "experts →|experts→|experts =|experts=|experts -|experts-|experts ➜|experts➜|experts;|experts ;|experts,|experts ,|"
    "total",
    "per|each|every|/|a ",
)


def experts_dealt(sentence: Sentence) -> Iterator[Statement]:
    """Statement "model.experts" of a sentence that goes on with the experts of a device."""
    for match in _DEALT.finditer(sentence.text):
        yield said_at(sentence, "model.experts", int(match["n"]), match.span("n"))
