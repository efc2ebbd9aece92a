"""How wide a collective is said to be: "TP all-reduce: 4096 × batch elements"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.unit import ONE
from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.facts.bearings import cause_of
from stratc.frontends.markdown.words.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_TOKENS = words("batch batch_size sequence seq seq_len token element")
_NAMES = (("all", "reduce"), ("allreduce",))
_LEAST = 64  # no hidden size is less


def widths_sent(sentence: Sentence) -> Iterator[Statement]:
    """Statements "communication.width": bare numbers beside tokens or elements in a sentence on an all-reduce."""
    stems = [token.stem for token in sentence.tokens if token.stem]
    if not _TOKENS & set(stems) or not _names_all_reduce(stems):
        return
    for at, token in enumerate(sentence.tokens):
        figure = token.figure
        bare = figure is not None and figure.quantity.unit == ONE and not figure.quantity.is_range and not figure.times
        if figure is not None and bare and figure.value >= _LEAST and _multiplied(sentence, at):
            said = say(sentence, "communication.width", figure.value, (figure.start, figure.end), figure=figure)
            yield replace(said, cause=cause_of(sentence, at))


def _names_all_reduce(stems: list[str]) -> bool:
    return any(tuple(stems[at : at + len(name)]) == name for at in range(len(stems)) for name in _NAMES)


def _multiplied(sentence: Sentence, at: int) -> bool:
    """Whether a sign of multiplication stands beside the figure."""
    beside = (*sentence.tokens[max(0, at - 1) : at], *sentence.tokens[at + 1 : at + 2])
    return any(token.sign in ("×", "*") or token.stem == "x" for token in beside)
