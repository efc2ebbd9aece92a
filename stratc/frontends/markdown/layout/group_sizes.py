"""Groups of expert or tensor parallelism with the number of their devices: "EP groups: 4 groups of 16 GPUs each"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.quantity import Quantity
from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.document.settings import is_code
from stratc.frontends.markdown.layout.degrees import axis_of
from stratc.frontends.markdown.words.vocabulary import DEVICE
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_EP = r"(?:EP|expert[- ]parallel(?:ism)?)"
_TP = r"(?:TP|tensor[- ]parallel(?:ism)?)"
_DEVICES = rf"(?:{DEVICE}|rank)s?\b"
_NUMBER = r"(?<![\d.,–-])(?P<{}>\d{{1,5}})(?![\d.,–%-]\d)"
_OF = _NUMBER.format("size") + rf"[ -]{_DEVICES}"
_TIES = (
    r"(?:[ :=(]|\bof\b|\bwith\b|\bha(?:s|ve)\b|\bspans?\b|\buses?\b|\bcontains?\b|\bcomprises?\b|\bconsists?\b"
    r"|\bincludes?\b|\beach\b){1,6}"
)
_NAMED = {
    "ep group": Pattern(rf"(?i){_EP}", "ep|expert"),
    "tp": Pattern(rf"(?i){_TP}", "tp|tensor"),
}
_AXES = {"strategy.ep": "ep group", "strategy.tp": "tp"}
_GROUPS = "{0} group|{0}-group|{0}group|parallel group|parallel-group|parallelism group|parallelism-group|lgroup|mgroup"


def _patterns(axis: str, words: str) -> tuple[Pattern, ...]:
    """How the groups of an axis are given a size: `count` the groups, `size` the devices of each."""
    groups = _GROUPS.format(words)
    return (
        Pattern(
            rf"(?i)\b{axis}[- ]?groups?\b{_TIES}(?:{_NUMBER.format('count')} groups?(?: of|,| with| [×x])? ?)?{_OF}",
            groups,
        ),
        Pattern(
            rf"(?i){_NUMBER.format('count')} {axis}[- ]groups?(?: of| with|,| [×x]|:)? ?\(?(?:each )?{_OF}", groups
        ),
        Pattern(rf"(?i){_OF} (?:per|in each|in every|form (?:an?|one)|make (?:an?|one)) {axis}[- ]group\b", groups),
        Pattern(rf"(?i)\b{_DEVICES} per {axis}[- ]group\b[^.;\n\d]{{0,6}}(?P<size>\d{{1,5}})(?![\d.,])", groups),
    )


_PATTERNS = {"ep group": _patterns(_EP, "ep"), "tp": _patterns(_TP, "tp")}
_PLAIN = Pattern(
    rf"(?i)^\W*(?:groups?\W{{1,4}})?{_NUMBER.format('count')} groups? (?:of|with|[×x]) {_OF}",
    "group of|groups of|group with|groups with|group x|groups x|×",
)
_POSITIONS = Pattern(
    rf"(?i){_NUMBER.format('size')} (?:{_EP}) (?:positions?|ranks?|groups?) (?:per|in each|in every) TP[- ]group\b",
    "tp group|tp-group",
)

_OTHER = rf"(?!heads?\b|layers?\b|experts?\b|tokens?\b|{_DEVICES})"
_WIDTH = Pattern(
    rf"(?i){_NUMBER.format('size')}(?: {_OTHER}\w+)? per (?:TP|tensor[- ]parallel)[- ]group\b", "per tp|per tensor"
)
_WIDE = Pattern(r"(?i)\b(?:hidden|dimensions?|width|columns?|FFN|intermediate)\b")


def group_sizes(sentence: Sentence) -> Iterator[Statement]:
    """Statements "group.devices" of cause "ep group" or "tp", `index` the number of groups where it stands beside them.

    Of cause "ep in tp" where a plan tells how many expert-parallel ranks a tensor-parallel group holds; "group.width"
    where it gives the columns of a matrix that one has.
    """
    text = sentence.text
    if "roup" not in text or not sentence.has_digit or is_code(sentence):
        return
    above = next((_AXES.get(axis_of(title) or "") for title in sentence.above[:1]), None)
    named = {cause for cause, name in _NAMED.items() if name.search(text)}
    for cause, patterns in _PATTERNS.items():
        for pattern in (*(patterns if cause in named else ()), *((_PLAIN,) if above == cause else ())):
            if found := pattern.search(text):
                count = found.groupdict().get("count")
                said = _said(sentence, cause, found)
                yield replace(said, index=int(count)) if count else said
                return
    if "ep group" in named and (found := _POSITIONS.search(text)):
        yield _said(sentence, "ep in tp", found)
    elif (found := _WIDTH.search(text)) and _WIDE.search(text):
        yield replace(_said(sentence, "tp", found), subject="group.width")


def _said(sentence: Sentence, cause: str, found: re.Match[str]) -> Statement:
    value = float(found["size"])
    place = (sentence.start + found.start("size"), sentence.start + found.end("size"))
    return replace(say(sentence, "group.devices", value, place), quantity=Quantity.of(value), cause=cause)
