"""Bandwidths that transfers are timed with: "at 1.44 TB/s 38 ms", "1.1 GB / 1.44 TB/s"."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from stratc.arith.unit import BYTE_RATE
from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import Role, Topic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_TIMED = words("at over with ÷ /")
_READS = words("read reading memory vram hbm weight dram local roofline stream streaming hidden not")


def rates_used(sentence: Sentence) -> Iterator[Statement]:
    """Claims "communication.bandwidth" of a section on communication; what memory is read with is none."""
    topics = sentence.scope.topics
    if Topic.COMMUNICATION not in topics or Topic.HARDWARE in topics or sentence.scope.role is not Role.PLAN:
        return
    tokens = sentence.tokens
    if not _READS.isdisjoint(token.stem for token in tokens):
        return
    linked = False
    for before, token in pairwise(tokens):
        figure = token.figure
        timed = before.stem in _TIMED or before.sign in _TIMED or (before.stem == "of" and linked)
        linked = before.stem == "link" or token.stem == "link"
        if timed and figure is not None and figure.quantity.unit.dimension == BYTE_RATE:
            place = (figure.start, figure.end)
            yield say(sentence, "communication.bandwidth", figure.value, place, figure=figure)
