"""Figures at which an alert fires: "Critical: memory usage > 90 %", "alert if TTFT exceeds 800 ms"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.unit import PERCENT
from stratc.frontends.markdown.claims.naming import named
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.facts.looks import spoken
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import Role
from stratc.ir.statement import CEILINGS, FLOORS, Relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_ALERTS = words("alert alarm warning critical threshold alerting trigger fire 告警 报警")
_BEYOND = words("above over exceed exceeding reach beyond cross hit 超过 大于")
_MEMORY = words("memory vram hbm 显存 显存利用率 显存使用率")
_OTHER = words("host cpu system ram bandwidth kv cache disk swap activation fragmentation free headroom")
_NEAR = 6  # words before the figure that may name what it is a share of
_SHORT_OF = words("below under beneath drop fall 低于 小于")
_PERCENTILES = words("p50 p75 p90 p95 p98 p99 p999 percentile median")
_KEPT_LOW = words("latency.ttft latency.tpot latency.step latency.prefill memory.share bubble balance.difference idle")
_KEPT_HIGH = words("throughput.tokens throughput.sequences utilisation utilisation.mfu utilisation.pipeline")


def alarms(sentence: Sentence) -> Iterator[Statement]:
    """Statements "alert.memory" and "alert.figure" of a sentence, a cell or an item below a label for alerts."""
    tokens = sentence.tokens
    titles = (token for title in sentence.above[:2] for token in title.tokens)
    beside = {token.stem for token in (*sentence.key, *sentence.header, *tokens)}
    if not (beside | {token.stem for token in titles}) & _ALERTS:
        return
    for at, token in enumerate(tokens):
        if token.figure is None:
            continue
        relation = _relation(tokens, at)
        if watched := _watched(sentence, at, relation):
            yield replace(_fires(sentence, token.figure, "alert.figure"), relation=relation, cause=watched)
        if token.figure.quantity.unit == PERCENT and relation in FLOORS and _is_of_memory(sentence, at):
            yield _fires(sentence, token.figure, "alert.memory")


def _fires(sentence: Sentence, figure: Figure, subject: str) -> Statement:
    said = say(sentence, subject, figure.value, (figure.start, figure.end), figure=figure)
    return replace(said, scope=replace(said.scope, role=Role.TARGET))


def _relation(tokens: tuple[Token, ...], at: int) -> Relation:
    """The side of a figure on which the alert fires, IS where none is said."""
    before = {each.stem for each in tokens[max(0, at - _NEAR) : at] if each.stem in _BEYOND | _SHORT_OF}
    near = {each.stem for each in [each for each in tokens[:at] if each.stem][-2:]} & before
    if near:
        return Relation.MORE if near <= _BEYOND else Relation.LESS if near <= _SHORT_OF else Relation.IS
    return relation_before(tokens, at)


def _is_of_memory(sentence: Sentence, at: int) -> bool:
    before = [each.stem for each in sentence.tokens[max(0, at - _NEAR) : at] if each.stem]
    near = {*before, *(each.stem for each in (*sentence.key, *sentence.header))}
    return bool(near & _MEMORY) and not near & _OTHER


def _watched(sentence: Sentence, at: int, relation: Relation) -> str:
    """The metric that is watched, where the alert fires on its bad side; "" for none, or for a percentile of it."""
    watched = _KEPT_LOW if relation in FLOORS else _KEPT_HIGH if relation in CEILINGS else frozenset()
    figure = spoken(sentence, at) if watched else None
    near = {each.stem for each in (*sentence.key, *sentence.header, *sentence.tokens)}
    if figure is None or near & _PERCENTILES:
        return ""
    row = named(sentence, at, None, figure.look)
    return row.metric if row is not None and row.metric in watched else ""
