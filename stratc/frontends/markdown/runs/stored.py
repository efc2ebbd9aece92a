"""The storage that checkpoints take: "200 GB each; we keep 10", "one every hour, kept for 7 days"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.term import Apply, Literal, Term
from stratc.arith.unit import BYTE
from stratc.frontends.markdown.document.number_words import NUMBER_WORD, number
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.workings.working import literal_of
from stratc.ir.scope import Role
from stratc.ir.statement import Relation
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_ITEM = r"(?i)\b(?:checkpoints?|snapshots?)\b"
_NEEDED = (
    r"(?i)\b(?:storage|disk|space|capacity)(?: space)? (?:is )?(?:needed|required|for checkpoints)|\btotal storage\b"
)
_OTHERWISE = r"(?i)compress|dedup|increment|quota|mirror|factor|copies|plus|other|thin|except|including"
_KEPT = Pattern(
    rf"(?i)\bkeep(?:s|ing)?(?: only)?(?: the)?(?: last| latest| newest)? (?P<n>\d{{1,4}}|{NUMBER_WORD})\b"
    r"(?! ?(?:days|weeks|hours|months))",
    "keep",
)
_EVERY = Pattern(
    r"(?i)\b(?:every (?:(?P<n>\d{1,3}) )?(?P<unit>minutes?|hours?|days?)|(?P<word>hourly|daily))\b",
    "every |hourly|daily",
)
_FOR = Pattern(
    r"(?i)\b(?:kept|keep|retained|retention|stored)(?: for| of|:)? (?P<n>\d{1,3}|a|one|two) "
    r"(?P<unit>hours?|days?|weeks?|months?)\b",
    *("kept|keep|retained|retention|stored", "hour|day|week|month"),
)
_HOURS = {"minute": 1 / 60, "hour": 1.0, "hourly": 1.0, "day": 24.0, "daily": 24.0, "week": 168.0, "month": 720.0}
_SMALL = {"a": 1, "one": 1, "two": 2}


def stored(said: Sequence[Sentence], text: str) -> Iterator[Statement]:
    """Statements "product": storage that is said to be needed, the size of an item × those kept as its working."""
    if not re.search(_ITEM, text):
        return
    sections: dict[tuple[str, ...], list[Sentence]] = {}
    for sentence in said:
        if sentence.has_digit and sentence.scope.role is Role.PLAN and not sentence.block.language:
            sections.setdefault(sentence.scope.path, []).append(sentence)
    for lines in sections.values():
        if not any(re.search(_OTHERWISE, line.text) for line in lines):
            yield from _of_section(lines)


def _of_section(lines: Sequence[Sentence]) -> Iterator[Statement]:
    size: Term | None = None
    kept: float | None = None
    for line in lines:
        sizes = [(at, token.figure) for at, token in enumerate(line.tokens) if token.figure and _is_size(token.figure)]
        if re.search(_NEEDED, line.text):
            if size is not None and kept and len(sizes) == 1:
                yield from _needed(line, *sizes[0], Apply("×", size, Literal(kept)))
            continue
        if len(sizes) == 1 and re.search(_ITEM, line.text):
            size = literal_of(line, sizes[0][1])
        kept = _kept(line.text) or kept


def _needed(line: Sentence, at: int, figure: Figure, working: Term) -> Iterator[Statement]:
    if relation_before(line.tokens, at) is Relation.IS:
        said = say(line, "product", figure.value, (figure.start, figure.end), figure=figure)
        yield replace(said, working=working)


def _is_size(figure: Figure) -> bool:
    return figure.quantity.dimension == BYTE and not figure.quantity.is_range


def _kept(text: str) -> float | None:
    """How many items are kept, by number or by how often one is written and how long it stays."""
    if found := _KEPT.search(text):
        return float(number(found["n"]))
    every, span = _EVERY.search(text), _FOR.search(text)
    if every is None or span is None:
        return None
    interval = float(every["n"] or 1) * _HOURS[(every["unit"] or every["word"]).lower().removesuffix("s")]
    stays = float(_SMALL.get(span["n"].lower()) or span["n"]) * _HOURS[span["unit"].lower().removesuffix("s")]
    return stays / interval
