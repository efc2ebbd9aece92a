"""Counts of a training run that words give: how often it goes over its data, and how many checkpoints it keeps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.quantity import Quantity
from stratc.frontends.markdown.document.number_words import NUMBER_WORD, number
from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.runs.run_figures import words_above
from stratc.frontends.markdown.runs.run_rows import SAVES
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_ONCE = {"once": 1, "twice": 2, "a": 1}
_NUMBER = rf"\d{{1,2}}|one|{NUMBER_WORD}"
_DATA = r"(?:data|corpus|dataset|set|mix|mixture|documents|examples|rows|samples)"
_PASSES = Pattern(
    r"(?i)\b(?:go|goes|pass(?:es)?|runs?|iterates?|trains?|read|reads|sees?|seen|swept|sweeps?)"
    rf" (?:over |through |on )?(?:the |all |this |our |all of the )?(?:\w+ )?{_DATA}"
    rf" (?P<n>once|twice|(?:{_NUMBER})(?= times))\b"
    rf"|\b(?P<m>{_NUMBER}) (?:full |complete )?(?:(?:passes|sweeps) (?:over|through)|epochs)\b",
    "data|corpus|set|mix|document|example|rows|sample|passes|sweeps|epochs",
    "once|twice|times|passes|sweeps|epochs",
)
_ALL_KEPT = Pattern(
    r"(?i)\b(?:no|none of the) (?:checkpoint|snapshot|save)s?\b[^.;]{0,40}"
    r"\b(?:deleted|removed|pruned|overwritten|thrown)"
    r"|\b(?:keep|retain)(?:s|ing)? (?:all|every|each)(?: of the)?(?: \w+)? (?:checkpoint|snapshot|save)"
    r"|\b(?:all|every)(?: of the)?(?: \w+)? (?:checkpoint|snapshot|save)s?(?: of [^.;]{0,30})?"
    r" (?:is|are|stays?|remains?) (?:kept|retained|archived|on)"
    r"|\b(?:all|every one) of them (?:is|are) (?:kept|retained|archived)"
    r"|\b(?:nothing|none) is (?:ever )?(?:deleted|removed|pruned)",
    "delete|remove|prune|overwrit|thrown|keep|retain|kept|archive|stay|remain| on",
    "checkpoint|snapshot|save|them|nothing|none",
)
_KEPT = Pattern(
    rf"(?i)\bkeep(?:s|ing)?(?: only)?(?: the)?(?: last| latest| newest)? (?P<n>{NUMBER_WORD})\b"
    r"(?! ?(?:days|weeks|hours|months))",
    "keep",
)
_EVERY = Pattern(
    r"(?i)\b(?:every (?:(?P<n>\d{1,3}) )?(?P<unit>minutes?|hours?|days?)|(?P<word>hourly|daily))\b",
    "every |hourly|daily",
)
_FOR = Pattern(
    rf"(?i)\b(?:kept|keep|retained|retention|stored)(?: for| of|:)? (?P<n>\d{{1,3}}|a|{_NUMBER})"
    r" (?P<unit>hours?|days?|weeks?|months?)\b",
    *("kept|keep|retained|retention|stored", "hour|day|week|month"),
)
_HOURS = {"minute": 1 / 60, "hour": 1.0, "hourly": 1.0, "day": 24.0, "daily": 24.0, "week": 168.0, "month": 720.0}


def counted(sentence: Sentence) -> Iterator[Statement]:
    """Statements "run.epochs", "checkpoint.all_kept" and "checkpoint.kept" of what a sentence counts in words."""
    text = sentence.text.replace("\n", " ")
    if found := _PASSES.search(text):
        group = "n" if found["n"] else "m"
        yield _said(sentence, "run.epochs", _number(found[group]), found.span(group))
    if found := _ALL_KEPT.search(text):
        yield _said(sentence, "checkpoint.all_kept", 1, found.span())
    if (found := _KEPT.search(text) or _FOR.search(text)) and not SAVES.isdisjoint(words_above(sentence)):
        yield from _kept(sentence, text, found)


def _kept(sentence: Sentence, text: str, found: re.Match[str]) -> Iterator[Statement]:
    """How many checkpoints are kept, by their number or by how often one is written and how long it stays."""
    count, unit = _number(found["n"]), found.groupdict().get("unit")
    if unit is None:
        yield _said(sentence, "checkpoint.kept", count, found.span("n"))
    elif every := _EVERY.search(text):
        interval = float(every["n"] or 1) * _hours(every["unit"] or every["word"])
        yield _said(sentence, "checkpoint.kept", count * _hours(unit) / interval, found.span())


def _hours(unit: str) -> float:
    return _HOURS[unit.lower().removesuffix("s")]


def _number(word: str) -> int:
    return _ONCE.get(word.lower()) or number(word)


def _said(sentence: Sentence, metric: str, value: float, place: tuple[int, int]) -> Statement:
    said = say(sentence, metric, value, (sentence.start + place[0], sentence.start + place[1]))
    return replace(said, quantity=Quantity.of(value))
