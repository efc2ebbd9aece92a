"""The experts of a layer beside those of a device in one breath: "64 experts → 8 experts per GPU", "all 8 on each"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.saying import said_at
from stratc.frontends.markdown.words.vocabulary import DEVICE
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_DEALT = Pattern(
    r"(?i)(?<![\w.,×x-])(?P<n>\d{1,4}) (?:routed )?experts(?: in total)?(?: ?(?:→|=>|->|➜|;|,(?: so)?)) ?"
    rf"\d{{1,4}} (?:experts )?(?:per|on each|on every|/|a) ?(?:{DEVICE}|rank|EP rank)\b",
    "experts →|experts→|experts =|experts=|experts -|experts-|experts ➜|experts➜|experts;|experts ;|experts,|experts ,|"
    "total",
    "per|each|every|/|a ",
)

_DEALT_FROM = Pattern(
    rf"(?i)(?<![\w.,×x-])\d{{1,4}} experts? (?:per|on each|on every|/|a|for each) ?(?:{DEVICE}|rank|EP rank)s?,? "
    r"(?:across|over|for|of|from|out of)(?: all)?(?: the)? (?P<n>\d{1,4}) (?:routed )?experts\b",
    "experts",
    "across|over|for|of|from",
    "expert per|experts per|expert on e|experts on e|expert /|experts /|expert a|experts a|expert for e|experts for e",
)
_ALL_ON_ONE = Pattern(
    r"(?i)\ball (?:the |of the )?(?P<n>\d{1,4}) (?:routed )?experts (?:\w+ ){0,2}?(?:on|in|onto|by) "
    rf"(?:(?:each|every|one|a|the same) (?:single )?|single |(?={DEVICE} ?0\b)){DEVICE}\b(?!-|s| (?:group|node|pair))",
    "all ",
    "experts",
)
_ON_EACH = Pattern(
    r"(?i)\bexperts (?:of (?:a|one|each|every|the) (?:MoE )?layer )?(?:are|is|get) "
    r"(?:spread|distributed|sharded|split|dealt(?: out)?|divided|partitioned) (?:evenly )?"
    r"(?:over|across|among|between) (?:all |the |of |these )*(?:\d{1,5}|[a-z-]+) "
    rf"(?:{DEVICE}|rank|EP rank)s ?(?:[,:;=→(–—-]|=>|->) ?(?:so |i\.e\. |that is |hence |giving |thus )?"
    rf"(?P<n>\d{{1,4}})(?: (?:routed )?experts)? (?:on|per|for|in|to|at) (?:each|every|(?:one|{DEVICE}|rank)\b)",
    "experts ",
    "spread|distributed|sharded|split|dealt|divided|partitioned",
    " each| every|per |one",
)
_DENIED = Pattern(
    r"(?i)\b(?:not|no|never|cannot|can't|don't|doesn't|without|instead|rather|if|would|could|might|were|than)\b"
)


def experts_dealt(sentence: Sentence) -> Iterator[Statement]:
    """Statements "model.experts" of a sentence that tells those of a device too, and of the device that has all."""
    for pattern in (_DEALT, _DEALT_FROM):
        for match in pattern.finditer(sentence.text):
            yield said_at(sentence, "model.experts", int(match["n"]), match.span("n"))
    text = sentence.text.replace("\n", " ")
    for match in (*_ALL_ON_ONE.finditer(text), *_ON_EACH.finditer(text)):
        if not _DENIED.search(text):
            yield said_at(sentence, "strategy.experts_per_device", int(match["n"]), match.span("n"))
