"""Devices that a sentence names before a working which leaves them out: "on 32 GPUs at 40% of 989 TFLOPS"."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from stratc.arith.term import Apply, Literal
from stratc.arith.unit import ONE
from stratc.frontends.markdown.words.vocabulary import DEVICES
from stratc.text.span import Span

if TYPE_CHECKING:
    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence


def on_devices(sentence: Sentence, working: Apply, result: Figure, at: int) -> Apply:
    """The working, times the devices named before it where only that gives the result at an index."""
    if result.quantity.agrees(working.value):
        return working
    for token, noun in pairwise(sentence.tokens[:at]):
        count = token.figure if noun.stem in DEVICES else None
        if count is not None and count.is_count and result.quantity.agrees(count.value * working.value):
            place = Span(sentence.source, count.start, count.end)
            return Apply("×", Literal(count.value, ONE, place), working)
    return working
