"""A pass through layers or stages one after another, beside the time of each: "48 layers, 0.5 ms each"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.term import Apply
from stratc.arith.unit import SECOND
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.workings.working import literal_of
from stratc.ir.scope import Role
from stratc.ir.statement import Relation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_KINDS = {"layer": "layer", "block": "layer", "stage": "stage"}
_BETWEEN = frozenset((",", "of", "at", "with", "×", "x", "take", "takes", "taking", "need", "pipeline", "transformer"))
_WHOLE = r"(?i)\b(?:forward pass|end[- ]to[- ]end|(?:whole|full|complete) pass|latency of (?:a|one|each) request)\b"
_OTHERWISE = (
    r"(?i)\b(?:overlap\w*|hidden|interval|between|throughput|amortis\w*|amortiz\w*|parallel|concurrent\w*|batches)\b"
)
_NEAR = 4  # lines after the one that gives the time of each


def serial_times(said: Sequence[Sentence]) -> Iterator[Statement]:
    """Statements "time.serial": the time of a whole pass, with the times of its layers or stages as its working."""
    parts: tuple[int, tuple[str, ...], Apply] | None = None
    for n, sentence in enumerate(said):
        if not sentence.has_digit or sentence.scope.role is not Role.PLAN or sentence.block.language:
            continue
        term = _of_each(sentence)
        if term is not None:
            parts = (n, sentence.scope.path, term)
        elif parts and n - parts[0] <= _NEAR and sentence.scope.path == parts[1]:
            yield from _whole(sentence, parts[2])


def _of_each(sentence: Sentence) -> Apply | None:
    """Number × time of "64 layers, 0.5 ms each"."""
    tokens = sentence.tokens
    for at, token in enumerate(tokens[:-2]):
        if token.figure is None or not token.figure.is_count or token.figure.quantity.is_range:
            continue
        kinds = [n for n in (at + 1, at + 2) if n < len(tokens) and tokens[n].stem in _KINDS]
        after = kinds[0] + 1 if kinds else len(tokens)
        while after < len(tokens) and (tokens[after].stem or tokens[after].sign) in _BETWEEN:
            after += 1
        time = tokens[after].figure if after < len(tokens) else None
        each = after + 1 < len(tokens) and tokens[after + 1].stem == "each"
        if time is not None and each and time.quantity.dimension == SECOND and not time.quantity.is_range:
            return Apply("×", literal_of(sentence, token.figure), literal_of(sentence, time))
    return None


def _whole(sentence: Sentence, term: Apply) -> Iterator[Statement]:
    figures = [(at, token.figure) for at, token in enumerate(sentence.tokens) if token.figure is not None]
    if len(figures) != 1 or not re.search(_WHOLE, sentence.text) or re.search(_OTHERWISE, sentence.text):
        return
    at, figure = figures[0]
    if _is_time(figure) and relation_before(sentence.tokens, at) is Relation.IS:
        said = say(sentence, "time.serial", figure.value, (figure.start, figure.end), figure=figure)
        yield replace(said, working=term)


def _is_time(figure: Figure) -> bool:
    return figure.quantity.dimension == SECOND and not figure.quantity.is_range
