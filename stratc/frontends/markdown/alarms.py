"""Shares of a device's memory at which an alert fires: "Critical: memory usage > 90 %"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.unit import PERCENT
from stratc.frontends.markdown.saying import relation_before, say
from stratc.frontends.markdown.vocabulary import words
from stratc.ir.scope import Role
from stratc.ir.statement import Relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.sentences import Sentence
    from stratc.ir.statement import Statement

_ALERTS = words("alert alarm warning critical threshold alerting trigger triggers fire 告警 报警")
_BEYOND = words("above over exceed exceeding reaches reach beyond crosse crosses hit 超过 大于")
_MEMORY = words("memory vram hbm 显存 显存利用率 显存使用率")
_OTHER = words("host cpu system ram bandwidth kv cache disk swap activation fragmentation free headroom")
_NEAR = 6  # words before the figure that may name what it is a share of


def alarms(sentence: Sentence) -> Iterator[Statement]:
    """Statements "alert.memory" of a sentence, a cell or an item below a label for alerts."""
    tokens = sentence.tokens
    titles = (token for title in sentence.above[:2] for token in title.tokens)
    named = {token.stem for token in (*sentence.key, *sentence.header, *tokens)}
    if not (named | {token.stem for token in titles}) & _ALERTS:
        return
    for at, token in enumerate(tokens):
        if token.figure is None or token.figure.quantity.unit != PERCENT:
            continue
        before = [each.stem for each in tokens[max(0, at - _NEAR) : at] if each.stem]
        near = {*before, *(each.stem for each in (*sentence.key, *sentence.header))}
        more = relation_before(tokens, at) in (Relation.MORE, Relation.AT_LEAST) or _BEYOND & set(before[-2:])
        if more and near & _MEMORY and not near & _OTHER:
            said = say(sentence, "alert.memory", token.figure.value, (token.start, token.end), figure=token.figure)
            yield replace(said, scope=replace(said.scope, role=Role.TARGET))
