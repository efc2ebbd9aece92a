"""Figures that their sentence declares to meet what is required: "GPU utilization: 91 % (PASS)"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.goals import CROSSES, TICKS
from stratc.frontends.markdown.saying import relation_before, say
from stratc.frontends.markdown.vocabulary import words
from stratc.ir.scope import Role
from stratc.ir.statement import Relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.sentences import Sentence
    from stratc.ir.statement import Statement

_MET = words("met meet meets pass passed passes satisfied satisfies fulfilled 满足 达标")
_DENIED = words("not no fail failed fails never nearly almost must should if until when unless close 不")
_CROSSES = CROSSES | {"?"}


def declared(sentence: Sentence) -> Iterator[Statement]:
    """Mentions "requirement_met" at the figures of such a sentence that carry no sign of a bound."""
    stems = {token.stem for token in (*sentence.tokens, *sentence.key)}
    ticked = bool(TICKS & set(sentence.text)) or bool(stems & _MET)
    if not ticked or stems & _DENIED or _CROSSES & set(sentence.text) or sentence.scope.role is not Role.PLAN:
        return
    for at, token in enumerate(sentence.tokens):
        if token.figure is not None and relation_before(sentence.tokens, at) is Relation.IS:
            yield say(sentence, "mention.requirement_met", "met", (token.start, token.end))
