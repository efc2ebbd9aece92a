"""Of which phase a degree is, where one sentence gives those of prefill and decode: "Prefill: TP8; decode: TP2 PP4"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.scopes import names_phase, strategy_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_TIES = frozenset(("for", "in", "on", "during", "at"))
_NEAR = 4  # tokens between a degree and "for prefill"


def of_phases(sentence: Sentence, statements: Iterable[Statement]) -> Iterator[Statement]:
    """Statements whose degrees have the phase that the sentence names with them.

    "TP8 for prefill" names it after the degree, everything else before it; a heading that names one has the say.
    """
    places = _places(sentence.tokens) if names_phase(sentence.low) else []
    for each in statements:
        if not places or sentence.scope.strategy or not each.subject.startswith("strategy."):
            yield each
            continue
        yield replace(each, scope=replace(each.scope, strategy=_nearest(sentence, places, each.span.start)))


def _places(tokens: Sequence[Token]) -> list[tuple[int, str]]:
    """The tokens that name a phase."""
    return [(at, phase) for at, token in enumerate(tokens) if (phase := _phase(token))]


def _phase(token: Token) -> str:
    return strategy_of(token.stem) if token.stem else ""


def _nearest(sentence: Sentence, places: list[tuple[int, str]], start: int) -> str:
    """The phase that a degree at an offset belongs to, "" for none."""
    tokens = sentence.tokens
    at = next((index for index, token in enumerate(tokens) if token.end > start), 0)
    after = next(((index, phase) for index, phase in places if at < index <= at + _NEAR), None)
    if after and any(token.stem in _TIES for token in tokens[max(at, after[0] - 2) : after[0]]):
        return after[1]
    before = [phase for index, phase in places if index < at]
    return before[-1] if before else ""
