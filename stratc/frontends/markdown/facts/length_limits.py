"""Lengths that no sequence goes beyond: "Sequence length: 1024 tokens max", "prompts of up to 12k tokens"."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from stratc.arith.unit import COUNT, TOKEN
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import Role, Topic
from stratc.ir.statement import CEILINGS
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_NAMES = (("sequence", "length"), ("seq", "length"), ("context", "length"), ("sequence", "len"), ("seq", "len"))
_MOST = words("max maximum most limit longest limited 最大")
_PARTS = words("prompt input output prefill decode chunk generated generation average typical mean draft model rope")
_LEAST = 128  # tokens; a smaller number counts something else
_N = r"(?P<n>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)[ -]?(?P<kilo>[kK]\b)?"
_ASKED_ROW = (
    "prompt|question|document|input|thread|conversation|article|transcript|contract|query|queries|history|histories"
)
_GIVEN_ROW = "reply|replies|answer|summary|summaries|output|response|completion|generation|generated|digest|report"
_ASKED = rf"(?:user |input |chat )?(?:{_ASKED_ROW})s?(?: lengths?| sizes?| tokens?)?"
_GIVEN = rf"(?:model |output )?(?:{_GIVEN_ROW})s?(?: lengths?| sizes?| tokens?)?"
_LIMIT = r"(?:up to|at most|no more than|not more than|a maximum of|max\.?|maximum)"
_ROWS = {
    "request.prompt": (
        Pattern(rf"(?i)\b{_ASKED} (?:of|with|have|has|are|is|reach|contain|stay|go)? ?{_LIMIT} {_N}", _ASKED_ROW),
        Pattern(rf"(?i)\b(?:longest|largest|maximum|max) {_ASKED}(?: has| is| of| with|:)? {_N}", _ASKED_ROW),
        Pattern(rf"(?i)\bno {_ASKED} (?:exceeds|is longer than|goes beyond|has more than) {_N}", _ASKED_ROW),
    ),
    "request.answer": (
        Pattern(rf"(?i)\b{_GIVEN} (?:of|with|have|has|are|is|reach|contain|stay|go)? ?{_LIMIT} {_N}", _GIVEN_ROW),
        Pattern(rf"(?i)\b(?:longest|largest|maximum|max) {_GIVEN}(?: has| is| of| with|:)? {_N}", _GIVEN_ROW),
        Pattern(rf"(?i)\bno {_GIVEN} (?:exceeds|is longer than|goes beyond|has more than) {_N}", _GIVEN_ROW),
        Pattern(
            rf"(?i)\b(?:answer|reply|respond|generate|write)s? (?:with )?{_LIMIT} {_N}",
            "answer|reply|respond|generate|write",
        ),
        Pattern(
            rf"(?i)\b{_LIMIT} {_N}(?: tokens?)? (?:(?:is|are|get|of) )?(?:generated|output|answer|new tokens)\b",
            "generated|output|answer|new tokens",
        ),
    ),
}
_KEYS = {
    "request.prompt": Pattern(rf"(?i)^(?:longest|largest|maximum|max) {_ASKED}$", _ASKED_ROW),
    "request.answer": Pattern(rf"(?i)^(?:longest|largest|maximum|max) {_GIVEN}$", _GIVEN_ROW),
}
_VALUE = Pattern(rf"(?i)^\W*{_N}(?: tokens?)?\W*$")
_KILO = 1000.0
_FEWEST = 16  # tokens of a prompt or an answer
_OTHER = Pattern(  # what is no number of tokens of one request
    r"(?i) ?(?:%|(?:m?s|[gm]i?b|requests|users|sequences|characters|words|pages|seconds?)\b"
    r"|tokens? ?(?:/|per |a second))"
)


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
    most = bool(words_ & _MOST) or relation_before(sentence.tokens, at) in CEILINGS
    if most and figure.quantity.dimension in (COUNT, TOKEN) and figure.value >= _LEAST and not figure.quantity.is_range:
        place = (sentence.tokens[at].start, sentence.tokens[at].end)
        yield say(sentence, "length.limit", figure.value, place, figure=figure, role=Role.PLAN)


def longest_requests(sentence: Sentence) -> Iterator[Statement]:
    """Claims "request.prompt" and "request.answer" of a sentence about tokens that names the most of one of them."""
    if sentence.scope.role not in (Role.PLAN, Role.TARGET) or not _is_about_tokens(sentence):
        return
    cell = sentence.block.kind is Kind.CELL
    for subject, patterns in _ROWS.items():
        labelled = cell and _KEYS[subject].search(sentence.key_text)
        found = [_VALUE.search(sentence.text)] if labelled else [each.search(sentence.text) for each in patterns]
        match = next((each for each in found if each), None)
        count = float(match["n"].replace(",", "")) * (_KILO if match["kilo"] else 1) if match else 0.0
        if match and count >= _FEWEST and not _OTHER.match(sentence.text, max(match.end("n"), match.end("kilo"))):
            start, end = match.span("n")
            yield say(sentence, subject, count, (sentence.start + start, sentence.start + end), role=Role.PLAN)


def _is_about_tokens(sentence: Sentence) -> bool:
    """Whether a sentence or its labels count tokens."""
    return (
        "token" in sentence.low
        or "token" in sentence.key_stems
        or any("token" in each.stem for each in sentence.header)
    )
