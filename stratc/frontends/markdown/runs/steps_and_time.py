"""Steps of a run and the time of all of them, one after the other: "476,838 steps → 65.7 days", "763 steps, 3.66 h"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.unit import COUNT, SECOND, TOKEN
from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_STEPS = words("step iteration iter update 步 个步 步数")
_EACH = words("每步 每一步 单步 每步耗时 每步时间 单步耗时 单步时间 每步用时 步时")
_JOINTS = frozenset("→⇒➜=≈~,，;(（:：")
_RESULTS = frozenset("→⇒➜=≈")
_LINKS = words(
    "about roughly around approximately or in so is are take need optimizer training gradient 约 需 需要 共 即"
)
_PARTS = words(  # of which steps, or of which time, no run is
    "every each per after first last until before by from warm warmup ramp anneal cooldown decay ablation pilot trial "
    "test smoke profile benchmark eval evaluation validation checkpoint save saved restart resume log lose lost skip "
    "remaining left another further next previous 预热 热身 保存 检查点 评估"
)
_OF_EACH = {(one, step) for one in ("per", "a", "each", "every") for step in _STEPS}
_FEWEST = 200  # steps of a run
_SHORTEST = 3600.0  # seconds of a run
_SLOWEST = 3600.0  # seconds of a step
_CORPUS = 1e8  # tokens
_FAR = 3  # tokens between two figures of a chain
_NEAR = 4  # tokens before the first


def steps_and_time(sentence: Sentence) -> Iterator[Statement]:
    """Statements "run.steps", "run.days" and "run.tokens" of such a chain, and "run.step_time" of a step in it."""
    tokens, figures = sentence.tokens, sentence.figures
    if sentence.scope.role is not Role.PLAN or (_STEPS | _EACH).isdisjoint(sentence.stems):
        return
    for place, (at, figure) in enumerate(figures):
        if figure.quantity.dimension == SECOND and at and tokens[at - 1].stem in _EACH and figure.value < _SLOWEST:
            yield _said(sentence, "run.step_time", figure)
        if not _counts_steps(tokens, at, figure) or _is_of_part(tokens, at):
            continue
        before, after = figures[max(0, place - 1)], figures[place + 1 : place + 3]
        if place and _is_corpus(before[1]) and _joins(tokens[before[0] + 1 : at], _RESULTS):
            yield _said(sentence, "run.tokens", before[1])
        yield from _of_all(sentence, (at, figure), after)


def _of_all(sentence: Sentence, steps: tuple[int, Figure], after: Sequence[tuple[int, Figure]]) -> Iterator[Statement]:
    """The steps and their time, with the time of one where that stands between: "50,000 steps at 6 s → 3.5 days"."""
    tokens, start = sentence.tokens, steps[0] + 2
    of_one = after[0] if len(after) > 1 and _is_time(after[0][1]) and after[0][1].value < _SLOWEST else None
    between = (
        [token for token in tokens[start : of_one[0]] if token.stem or token.sign not in _JOINTS] if of_one else []
    )
    if of_one and [token.stem for token in between] in (["at"], ["of"], ["with"], []):
        yield _said(sentence, "run.step_time", of_one[1])
        after, start = after[1:], of_one[0] + 1
        start += 2 * (tuple(token.stem for token in tokens[start : start + 2]) in _OF_EACH)
    whole = after[0] if after and _is_time(after[0][1]) and after[0][1].value >= _SHORTEST else None
    rest = {token.stem for token in tokens[whole[0] + 1 : whole[0] + _NEAR]} if whole else _PARTS
    if whole and rest.isdisjoint(_PARTS) and _joins(tokens[start : whole[0]], _JOINTS):
        yield _said(sentence, "run.steps", steps[1])
        yield _said(sentence, "run.days", whole[1])


def _counts_steps(tokens: Sequence[Token], at: int, figure: Figure) -> bool:
    """Whether a figure is a bare number of steps."""
    noun = tokens[at + 1].stem if at + 1 < len(tokens) else ""
    exact = figure.quantity.dimension == COUNT and not figure.quantity.is_range
    return exact and noun in _STEPS and figure.value >= _FEWEST


def _is_of_part(tokens: Sequence[Token], at: int) -> bool:
    """Whether the words before a number of steps make it one of a part of the run."""
    return any(token.stem in _PARTS for token in tokens[max(0, at - _NEAR) : at])


def _is_time(figure: Figure) -> bool:
    return figure.quantity.dimension == SECOND and not figure.quantity.is_range


def _is_corpus(figure: Figure) -> bool:
    return figure.quantity.dimension == TOKEN and figure.value >= _CORPUS and not figure.quantity.is_range


def _joins(between: Sequence[Token], signs: frozenset[str]) -> bool:
    """Whether nothing but such signs, of which one or "in" is there, and words without weight part two figures."""
    told = any(token.sign in signs if token.sign else token.stem == "in" for token in between)
    plain = all(token.sign in _JOINTS if token.sign else token.stem in _LINKS for token in between)
    return told and plain and len(between) <= _FAR


def _said(sentence: Sentence, metric: str, figure: Figure) -> Statement:
    said = say(sentence, metric, figure.value, (figure.start, figure.end), figure=figure)
    return replace(said, quantity=figure.quantity)
