"""What words leave a device of an amount: "the 140 GB of weights are split by TP=8, so every GPU holds 17.5 GB"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.term import Apply
from stratc.arith.unit import BYTE
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.words.vocabulary import DEVICE
from stratc.frontends.markdown.workings.working import literal_of
from stratc.ir.statement import Per, Relation
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_SIZE = r"\d[\d,]*(?:\.\d+)?\s?[KMGT]i?B"
_DEVICE = rf"(?:{DEVICE}|TPU|rank|one|of them)"
_DEALT = Pattern(
    rf"(?i)(?P<whole>{_SIZE})\b[^.;:()\d]{{0,40}}?\b(?:split|divided|sharded|spread|distributed|partitioned)"
    r"(?: evenly)? (?:by|over|across|among|between)(?: the| all)? (?:TP|PP|EP|CP)?\s?=?\s?(?P<ways>\d{1,5})\b"
    r"(?![.,]\d)[^.;\d]{0,60}?"
    rf"(?:\b(?:each|every|per|a) {_DEVICE}\b[^.;\d]{{0,24}}?(?P<after>{_SIZE})\b"
    rf"|(?P<before>{_SIZE}) (?:on |for )?(?:each|per|a) ?{_DEVICE}?\b)",
    "split|divided|sharded|spread|distributed|partitioned",
    "by|over|across|among|between",
)
_LOOSE = ("cop", "replic", "twice", "plus", "with", "except", "layer", "expert", "incl")  # shares that are no quotients


def dealt_bytes(sentence: Sentence) -> Iterator[Statement]:
    """Claims "implied": the share of a device, its working the whole over the devices that words name."""
    match = _DEALT.search(sentence.text)
    if match is None or any(word in match[0].lower() for word in _LOOSE):
        return
    group = "after" if match["after"] else "before"
    whole, ways, share = (_at(sentence, sentence.start + match.start(each)) for each in ("whole", "ways", group))
    if whole is None or ways is None or share is None or ways.value < 2 or not ways.is_count:
        return
    if not whole.quantity.dimension == share.quantity.dimension == BYTE or share.quantity.is_range:
        return
    said = say(sentence, "implied", share.value, (share.start, share.end), figure=share, per=Per.TOTAL)
    yield replace(said, working=Apply("÷", literal_of(sentence, whole), literal_of(sentence, ways)))


def _at(sentence: Sentence, start: int) -> Figure | None:
    """The exact figure that begins there."""
    for at, token in enumerate(sentence.tokens):
        if token.figure is not None and token.start == start:
            counts = token.figure.is_count  # "over 16 GPUs" is no bound
            exact = counts or relation_before(sentence.tokens, at) is Relation.IS
            return token.figure if exact and not token.figure.more else None
    return None
