"""A latency that a plan does not say of what: "Projected latency: 25 ms"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.unit import SECOND
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.facts.goals import goal_of, goals_of
from stratc.frontends.markdown.facts.looks import spoken
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import Role, Topic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_LATENCY = words("latency 延迟 时延")
_QUALIFIED = words(
    "projected expected estimated predicted calculated measured achieved actual realistic overall average mean final "
    "system model inference target total 预期 预计 总 平均"
)
_OF_SOMETHING = words(
    "per token layer stage request ttft tpot prefill decode p50 p90 p95 p99 hop link alert above below if increase "
    "reduction saved saving faster slower"
)
_ELSEWHERE = (Topic.COMMUNICATION, Topic.HARDWARE, Topic.MEMORY)


def bare_latencies(sentence: Sentence, found: Iterable[Statement]) -> Iterator[Statement]:
    """Statement "latency.unsaid" of the first time under a label that is "latency" and no more; `found` goes first."""
    label = {token.stem for token in sentence.key if token.stem}
    if not label & _LATENCY or label - _LATENCY - _QUALIFIED or sentence.block.kind is Kind.CELL:
        return
    tokens = sentence.tokens
    first = next((at for at, token in enumerate(tokens) if token.figure is not None), None)
    if first is None or sentence.scope.topics[:1] in [(each,) for each in _ELSEWHERE]:
        return
    figure, after = tokens[first].figure, {token.stem for token in tokens[first + 1 : first + 4]}
    taken = any(each.span.start == tokens[first].start for each in found)
    if figure is None or figure.quantity.dimension != SECOND or taken or after & _OF_SOMETHING:
        return
    role = Role.TARGET if "target" in label else None
    place, relation = (tokens[first].start, tokens[first].end), relation_before(tokens, first)
    said = say(sentence, "latency.unsaid", figure.value, place, figure=figure, role=role, relation=relation)
    at, claimed = goals_of(tokens).get(first), spoken(sentence, first)
    yield replace(said, goal=goal_of(sentence, at, claimed)) if at is not None and claimed else said
