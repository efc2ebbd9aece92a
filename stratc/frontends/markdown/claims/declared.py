"""What is declared to meet what is required: "GPU utilization: 91 % (PASS)"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.asides import role_before
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.facts.goals import CROSSES, TICKS
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import Role
from stratc.ir.statement import Relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_MET = words("met meet pass passed satisfied satisfie fulfilled 满足 达标")
_DENIED = words("not no fail failed never nearly almost must should if until when unless close 不")
_CROSSES = CROSSES | {"?"}
_ALL = words("all every both 所有 全部")
_EACH = words("each 均")
_READY = words("feasible feasibility practical viable deployable")
_USE = words("deployment production implementation solution plan configuration operational")
_HELD_BACK = words("not no fail failed never should must if until when unless need would could may however")
_HERE = (Role.PLAN, Role.TARGET)


def declared(sentence: Sentence) -> Iterator[Statement]:
    """Mentions "requirement_met" at the figures of such a sentence that carry no sign of a bound.

    "bound_met" at a bound that stands alone, "bounds_met" where it is said to be met by all phases or devices.
    """
    stems = {token.stem for token in (*sentence.tokens, *sentence.key)}
    ticked = bool(TICKS & set(sentence.text)) or bool(stems & _MET)
    if not ticked or stems & _DENIED or _CROSSES & set(sentence.text):
        return
    if sentence.scope.role is Role.TARGET and TICKS & set(sentence.text):
        yield from _bound(sentence, stems)
    if sentence.scope.role is not Role.PLAN:
        return
    for at, token in enumerate(sentence.tokens):
        own = token.figure is not None and role_before(sentence.tokens, at) is None  # not "instead of 16 %"
        if own and relation_before(sentence.tokens, at) is Relation.IS:
            yield say(sentence, "mention.requirement_met", "met", (token.start, token.end))
    yield from _bound(sentence, stems)


def _bound(sentence: Sentence, stems: set[str]) -> Iterator[Statement]:
    """A ticked bound without the figure that meets it: "✅ TTFT ≤ 2 s"."""
    figures = [(at, token) for at, token in enumerate(sentence.tokens) if token.figure is not None]
    if len(figures) == 1 and relation_before(sentence.tokens, figures[0][0]) is not Relation.IS:
        token = figures[0][1]
        everywhere = not stems.isdisjoint(_ALL | _EACH)
        yield say(
            sentence, "mention.bounds_met" if everywhere else "mention.bound_met", "met", (token.start, token.end)
        )


def feasible(sentence: Sentence) -> Iterator[Statement]:
    """Mentions "called_feasible": "ready for deployment", "production-ready", "a practical implementation"."""
    stems = [token.stem for token in sentence.tokens]
    if sentence.scope.role not in _HERE or _CROSSES & set(sentence.text) or not _HELD_BACK.isdisjoint(stems):
        return
    for token in sentence.tokens:
        if (token.stem in _READY or token.stem == "ready") and not _USE.isdisjoint(stems):
            yield say(sentence, "mention.called_feasible", token.stem, (token.start, token.end))
            return
