"""Bubbles given as a time: "pipeline bubble: ~8 ms", "a bubble of 12 ms", "8 ms of bubble"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stratc.arith.unit import SECOND
from stratc.frontends.markdown.document.saying import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_BEFORE = r"(?i)\bbubbles?\b(?: (?:time|overhead|cost|latency|duration))?[^.;,\d]{0,24}$|气泡[^.;,，。；\d]{0,10}$"
_AFTER = r"(?i)^ (?:of |in )?(?:the |pipeline )*bubbles?\b"
_OTHERWISE = r"(?i)\b(?:from|saves?|saved|reduc\w*|per micro-?batch|without|less|hidden)\b"


def idle_times(sentence: Sentence) -> Iterator[Statement]:
    """Statements "time.bubble" of a sentence that says how long the pipeline stands idle."""
    if not ("ubble" in sentence.text or "气泡" in sentence.text) or SECOND not in sentence.dimensions:
        return
    text, start = sentence.text, sentence.start
    if re.search(_OTHERWISE, text):
        return
    for _, figure in sentence.figures:
        place = (figure.start, figure.end)
        if figure.quantity.dimension != SECOND or figure.start < start:
            continue
        if re.search(_BEFORE, text[: place[0] - start]) or re.search(_AFTER, text[place[1] - start :]):
            yield say(sentence, "time.bubble", figure.value, place, figure=figure)
