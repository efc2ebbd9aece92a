"""Uses above the whole that a sentence calls good, or admits: "minimal memory overhead (133 % utilization)"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.arith.unit import PERCENT
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.facts.goals import CROSSES, TICKS
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.statement import Relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_USE = words("utilisation utilization usage occupancy used use 利用率 占用")
_OF = words("memory vram hbm gpu capacity 显存 内存")
_PRAISE = words(
    "optimal optimum optimized minimal minimum efficient fit within comfortable comfortably excellent good low "
    "ideal feasible sufficient safe ok pass passed balanced"
)
_ADMITTED = words(
    "exceed exceeding over overflow beyond insufficient impossible infeasible not no fail failed "
    "violation oom would if without increase improvement faster speedup more reduction reduced from original "
    "cpu host swap unless"
)


def excess(sentence: Sentence) -> Iterator[Statement]:
    """Mentions of a use of more than all that there is, where the words around admit it or call it good."""
    found = next((at for at, token in enumerate(sentence.tokens) if _is_excess(sentence, at)), None)
    if found is None:
        return
    stems = {token.stem for token in (*sentence.tokens, *sentence.key)}
    token = sentence.tokens[found]
    shown = token.figure.quantity.show() if token.figure else ""
    if stems & _ADMITTED or CROSSES & set(sentence.text):
        yield say(sentence, "mention.excess_admitted", shown, (token.start, token.end))
    elif (stems & _PRAISE or TICKS & set(sentence.text)) and stems & _USE and stems & _OF:
        yield say(sentence, "mention.excess_praised", shown, (token.start, token.end))


def _is_excess(sentence: Sentence, at: int) -> bool:
    figure = sentence.tokens[at].figure
    if figure is None or figure.quantity.unit != PERCENT or figure.quantity.low <= 1:
        return False
    return relation_before(sentence.tokens, at) in (Relation.IS, Relation.MORE, Relation.AT_LEAST)
