"""Time that is said to be left of a limit, beside what is needed: "43 ms against a limit of 50 ms leaves 7 ms"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.term import Apply
from stratc.arith.unit import SECOND
from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.words.vocabulary import words
from stratc.frontends.markdown.workings.working import literal_of
from stratc.ir.scope import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_BEFORE = words("leave leaving spare remaining margin reserve headroom 余 余量 剩余 剩 还剩")
_AFTER = words("left spare remain remaining reserve margin headroom")
_LIMITS = words(
    "limit target budget objective ask asked request requested grant granted approve approved require required allow "
    "allowed within inside slot deadline slo against"
)
_LIMITS_HAN = ("要求", "目标", "批", "预算", "限额")
_LOOSE = words("if would could until before than more less each every twice or after without when should must keep")
_NEAR = 3  # tokens between a word and its figure


def time_left(said: Iterable[Sentence]) -> Iterator[Statement]:
    """Statements "implied": the time that is left, its working the limit less what is needed.

    What is needed stands in the sentence, or in the one before it.
    """
    before: Sentence | None = None
    for sentence in said:
        if sentence.scope.role not in (Role.PLAN, Role.TARGET) or not sentence.has_digit:
            before = None
            continue
        near = before if before is not None and before.block.start == sentence.block.start else None
        yield from _left(sentence, near)
        before = sentence


def _left(sentence: Sentence, before: Sentence | None) -> Iterator[Statement]:
    times = _times(sentence)
    left = next(((at, figure) for at, figure in times if _is_left(sentence, at)), None)
    if left is None or len(times) not in (2, 3) or not sentence.stems.isdisjoint(_LOOSE):
        return
    others = [literal_of(sentence, figure) for at, figure in times if at != left[0]]
    if len(others) == 1 and before is not None and _names_limit(sentence):
        last = [figure for _, figure in _times(before)][-1:]
        others += [literal_of(before, figure) for figure in last]
    if len(others) != 2 or any(token.sign in ("+", "=", "×", "−") for token in sentence.tokens if token.sign):
        return
    whole, used = sorted(others, key=lambda each: each.value, reverse=True)
    figure = left[1]
    said = say(sentence, "implied", figure.value, (figure.start, figure.end), figure=figure)
    yield replace(said, working=Apply("-", whole, used))


def _names_limit(sentence: Sentence) -> bool:
    """Whether a sentence says that one of its times is what there is."""
    han = any(each in sentence.text for each in _LIMITS_HAN)
    return han or not _LIMITS.isdisjoint(sentence.stems)


def _times(sentence: Sentence) -> list[tuple[int, Figure]]:
    """The exact times of a sentence."""
    return [(at, figure) for at, figure in sentence.figures if figure.quantity.dimension == SECOND and figure.is_single]


def _is_left(sentence: Sentence, at: int) -> bool:
    """Whether a word right beside a time says that it is what is left."""
    before, after = sentence.tokens[max(0, at - _NEAR) : at], sentence.tokens[at + 1 : at + 1 + _NEAR]
    last = max((n + 1 for n, token in enumerate(before) if token.figure), default=0)
    ahead = any(token.stem in _BEFORE for token in before[last:])
    behind = [token for token in after if token.figure or token.stem in _AFTER][:1]
    return ahead or (bool(behind) and behind[0].figure is None)
