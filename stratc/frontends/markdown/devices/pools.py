"""Pools of prefill and decode: the nodes that each stands on, and a cache said to move between them over NVLink."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.unit import PERCENT, REQUEST_RATE
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.words.vocabulary import words
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_NUMBERS = r"(?P<nodes>\d{1,4}(?:(?: ?, ?| and | ?[-–] ?| to )\d{1,4})*)(?!\d|[.,]\d| ?nodes?\b| ?[×x*]| ?GB| ?GPU)"
_ON = Pattern(
    r"(?i)\b(?P<phase>prefill|decode|decoding)\b(?:(?!prefill|decod)[^.;]){0,40}?\b(?:node|server|host)s?"
    rf" {_NUMBERS}",
    "prefill|decod",
    "node|server|host",
)
_CELL = Pattern(rf"^\W*{_NUMBERS}\W*$")
_LINK = Pattern(r"(?i)\b(?:over|via|by|through|on|using|uses?)(?: the)? (?:NVLink|NVSwitch)\b", "nvlink|nvswitch")
_CACHE = Pattern(r"(?i)\b(?:KV|caches?)\b", "kv|cache")
_MOVED = Pattern(
    r"(?i)\b(?:transfer\w*|mov(?:es?|ed|ing)|sen[dt]s?|cop(?:y|ied|ies)|migrat\w*|hand(?:ed)?[- ]?over|shipp?ed)\b",
    "transfer|mov|sen|cop|migrat|hand|ship",
)
_OTHERWISE = Pattern(r"(?i)\b(?:if|would|could|not|no|without|instead|inside|within|same node|intra|rather|than)\b")


_POOLS = {"prefil": "prefill", "decode": "decode", "decodi": "decode"}
_USES = words("utilization utilisation load use")
_PHASE = Pattern(r"(?i)\b(prefill|decode|decoding)\b", "prefill|decod")
_EVEN = Pattern(
    r"(?i)\bpools?\b[^.;]{0,40}?\bbalanced\b|\bneither (?:pool |of them )?waits\b|\bbalanced pools\b", "pool|neither"
)
_UNEVEN = Pattern(r"(?i)\b(?:not|un|im|would|should|must|if|until|to be|keep|target)\b")


def pool_loads(sentence: Sentence) -> Iterator[Statement]:
    """Claims "pool.rate" and "pool.use" of the pool that `cause` names, and "mention.pools_balanced"."""
    text = sentence.text
    if (even := _EVEN.search(text)) and not _UNEVEN.search(text):
        place = (sentence.start + even.start(), sentence.start + even.end())
        yield _of_both(say(sentence, "mention.pools_balanced", even[0], place))
    named = {found[1].lower()[:6] for found in _PHASE.finditer(f"{text} {sentence.key_text}")}
    named = named or {sentence.scope.strategy[:6]}
    if len(named) != 1 or not (pool := _POOLS.get(named.pop())):
        return
    used = bool(_USES & {token.stem for token in sentence.key})
    for token in reversed(sentence.tokens):
        figure = token.figure
        rate = figure is not None and figure.quantity.dimension == REQUEST_RATE
        share = figure is not None and figure.quantity.unit == PERCENT and used
        if figure is not None and (rate or share):
            metric = "pool.rate" if rate else "pool.use"
            said = say(sentence, metric, figure.value, (figure.start, figure.end), figure=figure)
            yield replace(_of_both(said), cause=pool)
            return


def _of_both(said: Statement) -> Statement:
    """What is said of one pool beside the other belongs to the plan of both."""
    return replace(said, scope=replace(said.scope, strategy=""))


def pools(sentence: Sentence) -> Iterator[Statement]:
    """Mentions "pool_on_nodes", whose cause is "prefill: 0" or "decode: 1 2", and "cache_on_nvlink"."""
    text = sentence.text
    if sentence.block.kind is Kind.HEADING:
        return
    for found in _ON.finditer(text):
        yield _stands(sentence, found["phase"], found)
    if sentence.block.kind is Kind.CELL and {"node", "server", "host"} & {token.stem for token in sentence.header}:
        phase = next((each for each in ("prefill", "decod") if each in sentence.key_text), "")
        if phase and (cell := _CELL.search(text)):
            yield _stands(sentence, phase, cell)
    if (link := _LINK.search(text)) and not _OTHERWISE.search(text):
        about = (text, *(title.text for title in sentence.above[:1]), *sentence.lead)
        if any(_CACHE.search(each) and _MOVED.search(each) for each in about):
            place = (sentence.start + link.start(), sentence.start + link.end())
            yield _of_both(say(sentence, "mention.cache_on_nvlink", link[0], place))


def _stands(sentence: Sentence, phase: str, found: re.Match[str]) -> Statement:
    pool = "prefill" if phase.lower() == "prefill" else "decode"
    place = (sentence.start + found.start("nodes"), sentence.start + found.end("nodes"))
    nodes = " ".join(map(str, _numbers(found["nodes"])))
    return replace(_of_both(say(sentence, "mention.pool_on_nodes", found["nodes"], place)), cause=f"{pool}: {nodes}")


def _numbers(written: str) -> list[int]:
    """Numbers of a list with ranges.

    >>> _numbers("0, 2-4 and 6")
    [0, 2, 3, 4, 6]
    """
    found: list[int] = []
    for part in re.split(r"\s*(?:,|and)\s*", written):
        first, *last = (int(each) for each in re.findall(r"\d+", part))
        found += range(first, min(last[0], first + 1000) + 1) if last else [first]
    return found
