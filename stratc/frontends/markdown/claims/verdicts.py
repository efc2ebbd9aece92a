"""Ticks apart from the requirement they judge: beside its figure, in the last cell of its row, in the next sentence."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.facts.goals import CROSSES, TICKS
from stratc.frontends.markdown.words.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_MET = words("met meet pass passed satisfied satisfie fulfilled yes ok 满足 达标 通过")
_JUDGES = words(
    "status result verdict met pass passed check compliance compliant ok satisfied 状态 结果 结论 判定 达标 是否达标"
)
_DENIED = words("not no fail failed missed never nearly almost partial partially close pending 不 未")
_MARGINS = words("room margin headroom slack reserve spare 余量 裕量 裕度")
_MINUS = frozenset("-−–")
_CROSSES = CROSSES | {"?", "？", "~"}
Place: TypeAlias = "tuple[int, ...]"


def verdicts(said: Iterable[Sentence], statements: Sequence[Statement]) -> list[Statement]:
    """The statements, where a requirement counts as ticked if its row or its item says so elsewhere."""
    result = list(statements)
    unjudged = [at for at, each in enumerate(result) if each.goal is not None and not each.goal.ticked]
    if not unjudged:
        return result
    places: list[tuple[int, Place]] = []
    passed: dict[Place, bool] = {}
    ticked: set[int] = set()
    for sentence in said:
        place = _place(sentence)
        places.append((sentence.start, place))
        if _is_own_tick(sentence):
            ticked.add(sentence.start)
        if (verdict := _verdict(sentence)) is not None:
            passed[place] = verdict and passed.get(place, True)
    places.sort()
    for at in unjudged:
        each = result[at]
        before = bisect_right(places, (each.span.start, (2**63,)))
        start, place = places[before - 1] if before else (-1, ())
        if each.goal is not None and (passed.get(place) or start in ticked):
            result[at] = replace(each, goal=replace(each.goal, ticked=True))
    return result


def _is_own_tick(sentence: Sentence) -> bool:
    """Whether a cell ticks its own figure: "| ≤ 2 s | 3 s ✅ |"."""
    signs = set(sentence.text)
    return sentence.block.kind is Kind.CELL and sentence.has_digit and bool(signs & TICKS) and not signs & _CROSSES


def judged(said: Iterable[Sentence]) -> frozenset[Place]:
    """The rows of tables that a cell passes, and none fails."""
    passed: dict[Place, bool] = {}
    for sentence in said:
        if sentence.block.kind is Kind.CELL and (verdict := _verdict(sentence)) is not None:
            place = _place(sentence)
            passed[place] = verdict and passed.get(place, True)
    return frozenset(place for place, verdict in passed.items() if verdict)


def _place(sentence: Sentence) -> Place:
    """What the cells of a row share, and the sentences of a block."""
    block = sentence.block
    return (block.group, *block.label) if block.kind is Kind.CELL else (block.start,)


def _verdict(sentence: Sentence) -> bool | None:
    """Whether a sentence passes what stands beside it, None where it does not judge."""
    stems = {token.stem for token in sentence.tokens if token.stem}
    signs = set(sentence.text)
    if signs & CROSSES or (stems & _DENIED and not sentence.has_digit):
        return False
    if sentence.block.kind is Kind.CELL and _MARGINS & {token.stem for token in sentence.header}:
        return not signs & _MINUS if sentence.has_digit else None  # "| Room | 4 ms |" is what a figure is better by
    if sentence.block.kind is Kind.CELL and not {token.stem for token in sentence.header} & _JUDGES:
        return True if signs & TICKS and not sentence.has_digit else None
    judges = bool(signs & TICKS) or bool(stems & _MET)
    return judges and not (stems & _DENIED or signs & _CROSSES) if judges else None
