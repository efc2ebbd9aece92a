"""Bytes that are sent, and below them the time that they take at the full rate of the only link that the text gives."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.term import Apply
from stratc.arith.unit import BYTE, BYTE_RATE, SECOND
from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.workings.working import literal_of
from stratc.ir.scope import Role
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_FULL = Pattern(
    r"(?i)\bat (?:the )?(?:full )?(?:line|link|wire)[- ](?:rate|speed)\b|\bat full (?:rate|bandwidth)\b",
    "line|link|wire|full",
)
_SENT = Pattern(
    r"(?i)\b(?:sen[dt]s?|moves?|transfers?|ships?|carr(?:y|ies)|exchanges?)\b", "sen|mov|transf|ship|carr|exch"
)
_OF_SEVERAL = Pattern(
    r"(?i)\b(?:per|each|every|a|the whole) (?:node|server|host|machine|box|rack)\b|\ball\b|\btogether\b"
    r"|\d ?[x×]|[x×] ?\d"
)
_SAME = 0.01  # of 400 Gb/s and 50 GB/s
_FAR = 2  # sentences with figures between the bytes and their time


def line_rates(said: Sequence[Sentence]) -> Iterator[Statement]:
    """Statements "time.of_rate" of a time at line rate, its working the bytes last sent ÷ the rate of the link.

    Silent where the text before names several rates, one of several devices, or other bytes after those that are sent.
    """
    rates: list[tuple[Sentence, Figure]] = []
    sent: tuple[int, Sentence, Figure] | None = None
    for n, sentence in enumerate(each for each in said if each.has_digit and each.scope.role is Role.PLAN):
        if _FULL.search(sentence.text) and sent and n - sent[0] <= _FAR:
            yield from _time(sentence, sent, rates)
        rates.extend((sentence, each) for _, each in sentence.figures if each.quantity.dimension == BYTE_RATE)
        sizes = [each for _, each in sentence.figures if each.quantity.dimension == BYTE]
        if sizes:
            sent = (n, sentence, sizes[-1]) if _SENT.search(sentence.text) else None


def _time(
    sentence: Sentence, sent: tuple[int, Sentence, Figure], rates: Sequence[tuple[Sentence, Figure]]
) -> Iterator[Statement]:
    times = [each for _, each in sentence.figures if each.quantity.dimension == SECOND]
    others = any(each.quantity.dimension in (BYTE, BYTE_RATE) for _, each in sentence.figures)
    values = [each.value for _, each in rates]
    one = bool(values) and max(values) <= min(values) * (1 + _SAME)
    single = not any(_OF_SEVERAL.search(each.text) for each, _ in rates)
    same = (
        all(each.scope.path == sentence.scope.path for each, _ in rates) and sent[1].scope.path == sentence.scope.path
    )
    exact = times and not times[0].quantity.is_range and not sent[2].quantity.is_range
    if not (exact and one and single and same) or others or not sent[2].value:
        return
    figure = times[0]
    told = say(sentence, "time.of_rate", figure.value, (figure.start, figure.end), figure=figure)
    yield replace(told, working=Apply("÷", literal_of(sent[1], sent[2]), literal_of(*rates[-1])))
