"""Latencies that a sentence demands: "the time to first token has to stay under 2 s", "TTFT may not exceed 10 s"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.arith.unit import SECOND
from stratc.frontends.markdown.document.saying import say
from stratc.ir.scope import Role
from stratc.ir.statement import Relation
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_LATENCY = (
    r"(?:(?P<first>TTFT|time to first token|first[- ]token latency)|TPOT|time per output token|inter-token latency)"
)
_ASKED = Pattern(
    rf"(?i)\b{_LATENCY}\b"
    r"[^.;:]{0,48}?\b(?:must|has to|have to|may not|should|shall|needs? to|(?:is|are)(?: required)? to)\b"
    r"[^.;:\d]{0,28}?\b(?:under|below|within|exceed|at most|less than|beyond|above|more than|over) (?P<bound>\d)",
    "ttft|first token|first-token|tpot|output token|inter-token",
    "must|ha|may not|should|shall|need| to ",
)
_AIMED = Pattern(
    rf"(?i)\b(?:target|requirement|goal|objective|limit) is (?:an? |the )?{_LATENCY} "
    r"(?:of |that is |which is )?(?:at most |below |under |less than |no more than )?(?P<bound>\d)",
    "target|requirement|goal|objective|limit",
    "ttft|first token|first-token|tpot|output token|inter-token",
)


def asked_latencies(sentence: Sentence) -> Iterator[Statement]:
    """Statements "target.ttft" and "target.tpot" of what a modal verb or the word "target" demands."""
    for found in (each for pattern in (_ASKED, _AIMED) for each in pattern.finditer(sentence.text)):
        start = sentence.start + found.start("bound")
        figure = next((each for _, each in sentence.figures if each.start == start), None)
        if figure is not None and figure.quantity.dimension == SECOND:
            key = "target.ttft" if found["first"] else "target.tpot"
            place = (figure.start, figure.end)
            yield say(sentence, key, figure.value, place, figure=figure, role=Role.TARGET, relation=Relation.AT_MOST)
