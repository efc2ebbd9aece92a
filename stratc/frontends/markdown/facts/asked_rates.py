"""Rates that a sentence demands of each device: "a single card should yield 100 tokens/ms in prefill"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.arith.unit import TOKEN_RATE
from stratc.frontends.markdown.document.saying import say
from stratc.ir.scope import Role
from stratc.ir.statement import Per, Relation
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_HERE = (Role.PLAN, Role.TARGET)
_ASKED = Pattern(
    r"(?i)\b(?:an?|one|each|every|a single|each single|any)(?: individual)? "
    r"(?:card|GPU|NPU|TPU|device|accelerator|chip)\b,?"
    r" (?:must|should|shall|ha(?:s|ve) to|needs? to|is (?:required|expected|supposed) to)(?: be able to)?"
    r" (?:yield|deliver|give|sustain|reach|process|produce|generate|achieve|handle|provide|make)"
    r"(?: at least| no less than| more than| over)? (?P<bound>\d)",
    "must|should|shall|ha|need|required|expected|supposed",
    "card|gpu|npu|tpu|device|accelerator|chip",
)


def asked_rates(sentence: Sentence) -> Iterator[Statement]:
    """Statements "throughput.tokens" of a device, a target, of what a modal verb demands of each of them."""
    if sentence.scope.role not in _HERE:
        return
    for found in _ASKED.finditer(sentence.text):
        start = sentence.start + found.start("bound")
        figure = next((each for _, each in sentence.figures if each.start == start), None)
        if figure is not None and figure.quantity.dimension == TOKEN_RATE and not figure.quantity.is_range:
            yield say(
                sentence,
                "throughput.tokens",
                figure.value,
                (figure.start, figure.end),
                figure=figure,
                role=Role.TARGET,
                relation=Relation.AT_LEAST,
                per=Per.DEVICE,
            )
