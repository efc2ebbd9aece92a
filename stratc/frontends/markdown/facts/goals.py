"""Requirements named in the same breath as a figure: "≥ 60 % (50-70 % achieved)", "8 ms (target 10 ms)"."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.saying import relation_before
from stratc.frontends.markdown.facts.looks import Spoken, spoken
from stratc.frontends.markdown.words.metrics import Look
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.statement import Goal, Relation
from stratc.text.span import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token

_GOALS = words("target limit requirement required goal budget slo threshold cap sla")
_ASKED = words("target goal requirement")
_REACHED = words(
    "achieved actual measured expected achievable observed realized reached estimated obtained planned projected "
    "实际 实测 达到 预期"
)
AGAINST = words("against vs versus")
TICKS, CROSSES = frozenset("✅✓✔☑"), frozenset("✗✘❌⚠")
_COUNTED = words("or less more fewer better higher lower faster per each a user request token stream sequence")
_MET = words("met pass passed exceed exceeding within satisfied satisfie meet below")


def goals_of(tokens: Sequence[Token]) -> dict[int, int]:
    """For the figure of each claim the figure of its requirement, by index.

    >>> from stratc.frontends.markdown.document.tokens import tokens_of
    >>> goals_of(tokens_of("≥ 60% MFU (50-70% achieved)", 0)), goals_of(tokens_of("65% (target 70%)", 0))
    ({4: 1}, {0: 3})
    """
    figures = [index for index, token in enumerate(tokens) if token.figure is not None]
    found: dict[int, int] = {}
    for first, second in itertools.pairwise(figures):
        if (
            _is_reached(tokens, second)
            and (
                relation_before(tuple(tokens), first) is not Relation.IS
                or (any(token.stem in _GOALS for token in tokens[:first]) and _alike(tokens[first], tokens[second]))
            )
        ) or _answers(tokens, first, second):
            found[second] = first
        elif (
            (_is_goal(tokens, second) or _is_weighed(tokens, second))
            and first not in found.values()
            and _alike(tokens[first], tokens[second])
        ):
            found[first] = second
    return found


def goal_of(sentence: Sentence, at: int, claimed: Spoken) -> Goal | None:
    """The requirement at an index; None where it is counted in something else than the claim."""
    required = spoken(sentence, at)
    if required is None or required.look is not claimed.look:
        return None
    token = sentence.tokens[at]
    plain = tuple(
        each for each in sentence.tokens[:at] if each.stem not in ("the", "a", "our")
    )  # "within the 9 s target"
    relation = relation_before((*plain, *sentence.tokens[at:]), len(plain))
    rate = required.look in (Look.TOKENS, Look.EVENTS)
    if rate and plain and plain[-1].stem == "within" and {each.stem for each in sentence.tokens[at + 1 :]} & _ASKED:
        relation = Relation.IS  # a floor of what should be much: "80 tokens/ms (within the 100 tokens/ms target)"
    place = Span(sentence.source, token.start, token.end)
    return Goal(relation, required.quantity, place, ticked=is_ticked(sentence))


def _is_reached(tokens: Sequence[Token], at: int) -> bool:
    after = tokens[at + 1 : at + 3]
    before = tokens[max(0, at - 2) : at]
    return any(token.stem in _REACHED for token in (*after, *before))


def _answers(tokens: Sequence[Token], first: int, second: int) -> bool:
    """Whether a label ends with a bound, and the figure after its colon is held to it: "Utilization ≥ 90%: 92%"."""
    bound = relation_before(tuple(tokens), first) is not Relation.IS
    between = [token for token in tokens[first + 1 : second] if token.sign not in ("~", "≈")]
    told = [token.sign for token in between if token.sign] == [":"] and between[-1].sign == ":"
    alike = _alike(tokens[first], tokens[second]) or _borrows(tokens, second)
    return bound and told and alike and all(not token.stem or token.stem in _COUNTED for token in between)


def _borrows(tokens: Sequence[Token], at: int) -> bool:
    """Whether a bare figure ends its clause, so that the unit before it is its own: "under 20 ms: 23.8"."""
    figure = tokens[at].figure
    ends = at + 1 == len(tokens) or (bool(tokens[at + 1].sign) and tokens[at + 1].sign not in "×*/÷+-−^=%")
    return figure is not None and figure.is_count and ends


def _is_goal(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word right before or after calls a figure a requirement."""
    after = [token for token in tokens[at + 1 : at + 4] if token.sign != "-"][:3]
    before = [token for token in tokens[max(0, at - 3) : at] if token.sign not in (":", "≤", "≥", "<", ">", "=")][-1:]
    stop = next((index for index, token in enumerate(after) if token.sign), len(after))
    return any(token.stem in _GOALS for token in (*after[:stop], *before))


def is_asked(tokens: Sequence[Token], at: int) -> bool:
    """Whether a figure is itself the limit: "76 GB of 80 GB (limit 90%)", not "81% of the limit"."""
    return _is_goal(tokens, at) and [token.stem for token in tokens[at + 1 : at + 2]] != ["of"]


def _is_weighed(tokens: Sequence[Token], at: int) -> bool:
    """Whether a figure is what another one is held against, in words that speak of requirements: "22 ms against 30"."""
    said = {token.stem for token in tokens}
    return at > 0 and tokens[at - 1].stem in AGAINST and not said.isdisjoint(_MET | _GOALS)


def _alike(one: Token, other: Token) -> bool:
    if one.figure is None or other.figure is None:
        return False
    return one.figure.quantity.dimension == other.figure.quantity.dimension and (
        (one.figure.quantity.unit.symbol == "%") == (other.figure.quantity.unit.symbol == "%")
    )


def is_ticked(sentence: Sentence) -> bool:
    """Whether a tick or a word such as "met" stands in a sentence, or the box of its item is ticked."""
    return sentence.block.done or bool(TICKS & set(sentence.text)) or bool(sentence.stems & _MET)
