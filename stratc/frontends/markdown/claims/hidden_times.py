"""Times said to hide behind others: "26 ms of all-to-all are hidden behind 18 ms of computation"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.term import Literal
from stratc.arith.unit import SECOND
from stratc.frontends.markdown.document.saying import say
from stratc.text.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_TIME = r"(?<![\w.,])(?P<{}>\d+(?:\.\d+)?) ?(?:ms|µs|us|s|seconds?)\b"
_HIDES = (  # compiled when a sentence speaks of hiding
    rf"(?i){_TIME.format('hidden')}[^.;\n\d]{{0,60}}?\b(?:hid(?:den|es?)|overlap(?:ped|s)?|mask(?:ed|s)?)\b"
    rf"[^.;\n\d]{{0,30}}?\b(?:behind|under|by|with)\b[^.;\n\d]{{0,20}}?{_TIME.format('cover')}"
)
_PARTLY = (
    r"(?i)\b(?:part(?:ly|ially)?|half|most|mostly|some|only|cannot|not|never|exposed|up to|would|if|of which|rest)\b|%"
)


def hidden_times(sentence: Sentence) -> Iterator[Statement]:
    """A statement "time.hidden" whose working is the time that it hides behind; hidden in part, it is none."""
    low = sentence.text.lower()
    if not ("hid" in low or "overlap" in low or "mask" in low):
        return
    times = [each for each in sentence.tokens if each.figure and each.figure.quantity.dimension == SECOND]
    found = re.search(_HIDES, sentence.text) if len(times) > 1 else None
    if found is None or re.search(_PARTLY, sentence.text):
        return
    at = {token.start: token.figure for token in times}
    hidden, cover = (at.get(sentence.start + found.start(name)) for name in ("hidden", "cover"))
    if hidden is None or cover is None:
        return
    behind = Literal(cover.quantity.high, cover.quantity.unit, Span(sentence.source, cover.start, cover.end))
    yield replace(say(sentence, "time.hidden", hidden.value, (hidden.start, hidden.end), figure=hidden), working=behind)
