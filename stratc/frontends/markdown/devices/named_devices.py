"""Ranges of devices that a text gives to one part after another: "prefill runs on GPUs 0-15, decode on 16-31"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.quantity import Quantity
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.document.settings import is_code
from stratc.frontends.markdown.words.vocabulary import DEVICE
from stratc.ir.scope import Role
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

METRIC = "devices.named"
_NOUN = rf"(?:(?:{DEVICE}|rank|id|index|indice)(?:e?s)?|numbered|numbers)"
_RANGE = (
    r"(?<![\w.,:/-])(?P<low>\d{1,5})\s?(?:-|–|—|\bto\b|\bthrough\b|\bthru\b|"
    r"\.\.)\s?(?P<high>\d{1,5})(?![\w%:/-]|\.\d|,\d{3})"
)
_NAMED = Pattern(
    rf"(?i)\b{_NOUN}(?: (?:from|are|numbered|with ids?|ids?))*:? ?[\[({{]?{_RANGE}",
    "gpu|npu|xpu|device|card|chip|accelerator|rank|id|ind|number",
)
_NEXT = Pattern(rf"(?i){_RANGE}(?! ?(?:layers?|experts?|GB|tokens?|ms|nodes?|hours?|days?|weeks?|steps?|%))")
_OF_OTHERS = Pattern(r"(?i)\b(?:layers?|experts?|heads?|stages?|groups?|tokens?|links?|peers?|steps?|pairs?|ring)\b")
_LEAST = 3  # devices of a part; two may be the ends of a link
_COLUMN = frozenset(("gpu", "rank", "id", "range", "global"))


def named_devices(sentence: Sentence) -> Iterator[Statement]:
    """Statements "devices.named", a range each; stages, groups and experts have readers of their own."""
    if sentence.scope.role is not Role.PLAN or is_code(sentence):
        return
    if sentence.block.kind is Kind.CELL:
        stems = {token.stem for token in sentence.header if token.stem}
        whole = _NEXT.fullmatch(sentence.text.strip()) if stems and stems <= _COLUMN else None
        if whole and sentence.block.label[0] != sentence.block.start:
            found = _NEXT.search(sentence.text)
            yield from _said(sentence, found) if found else ()
        return
    first = _NAMED.search(sentence.text)
    if first is None or _OF_OTHERS.search(sentence.text):
        return
    for found in _NEXT.finditer(sentence.text, first.start("low")):
        yield from _said(sentence, found)


def _said(sentence: Sentence, found: re.Match[str]) -> Iterator[Statement]:
    low, high = int(found["low"]), int(found["high"])
    if high - low + 1 >= _LEAST:
        place = (sentence.start + found.start("low"), sentence.start + found.end("high"))
        yield replace(say(sentence, METRIC, float(high), place), quantity=Quantity(float(low), float(high)))
