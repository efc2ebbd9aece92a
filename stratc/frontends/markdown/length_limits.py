"""Lengths that no sequence goes beyond: "Sequence length: 1024 tokens max"."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from stratc.arith.unit import COUNT, TOKEN
from stratc.frontends.markdown.saying import relation_before, say
from stratc.frontends.markdown.vocabulary import words
from stratc.ir.scope import Role, Topic
from stratc.ir.statement import Relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.sentences import Sentence
    from stratc.ir.statement import Statement

_NAMES = (("sequence", "length"), ("seq", "length"), ("context", "length"), ("sequence", "len"), ("seq", "len"))
_MOST = words("max maximum most limit longest limited 最大")
_PARTS = words("prompt input output prefill decode chunk generated generation average typical mean draft model rope")
_LEAST = 128  # tokens; a smaller number counts something else


def length_limits(sentence: Sentence) -> Iterator[Statement]:
    """Claims "length.limit" of a label for sequence lengths whose one figure is called a maximum."""
    stems = [token.stem for token in sentence.key if token.stem]
    named = any(pair in _NAMES for pair in pairwise(stems))
    if not named or sentence.scope.role not in (Role.PLAN, Role.TARGET) or Topic.MODEL in sentence.scope.topics[:1]:
        return
    figures = [(at, token.figure) for at, token in enumerate(sentence.tokens) if token.figure is not None]
    words_ = {*stems, *(token.stem for token in sentence.tokens)}
    if len(figures) != 1 or words_ & _PARTS:
        return
    at, figure = figures[0]
    most = bool(words_ & _MOST) or relation_before(sentence.tokens, at) in (Relation.AT_MOST, Relation.LESS)
    if most and figure.quantity.dimension in (COUNT, TOKEN) and figure.value >= _LEAST and not figure.quantity.is_range:
        place = (sentence.tokens[at].start, sentence.tokens[at].end)
        yield say(sentence, "length.limit", figure.value, place, figure=figure, role=Role.PLAN)
