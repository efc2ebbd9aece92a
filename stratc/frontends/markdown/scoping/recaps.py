"""What a conclusion or a check repeats of the plan: "The TP=4, PP=2 strategy …", "✅ All 16 GPUs are used"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import Role
from stratc.ir.statement import Relation
from stratc.ir.strategy import DEGREES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_DEVICES = frozenset(("strategy.device_count", "hardware.device_count"))
_KEYS = _DEVICES | DEGREES | {"model.parameters"}
_COUNTED = ("device_count", "parameters")
_TITLES = words(
    "conclusion summary overview recap verification validation verify check checklist abstract "
    "总结 结论 小结 验证 检查 概述"
)
_PARTS = words(
    "per each every node group stage replica server host pair layer within instance rank idle spare remaining "
    "additional more extra fewer only minimum least pool phase prefill decode draft tower encoder active"
)  # of what a figure may count a part
_ALL = words("all the this our match across use using on")
_BESIDE = words(
    "than vs versus instead from unlike compared alternative previous earlier original baseline if could would may "
    "might should not without or when up scale scaling expand future with while wherea but option both either"
)  # of what is not the plan


def recaps(said: Sequence[Sentence], statements: Sequence[Statement]) -> Iterator[Statement]:
    """Statements "recap" of degrees, devices and parameters that a conclusion or a ticked check names; `cause` is what.

    Of a sentence that gives one of them in one value, speaks of nothing else, and counts no part.
    """
    told: dict[int, dict[str, list[Statement]]] = {}
    for each in statements:
        if each.subject in _KEYS and _is_plain(each):
            told.setdefault(each.context.start, {}).setdefault(each.subject, []).append(each)
    ticked = {each.context.start for each in statements if each.subject == "mention.requirement_met"}
    for sentence in said:
        named = told.get(sentence.start)
        if not named or sentence.header or not (sentence.start in ticked or _repeats(sentence)):
            continue
        if not (sentence.stems | sentence.key_stems).isdisjoint(_BESIDE):
            continue
        for key, found in named.items():
            parted = key.endswith(_COUNTED) and any(_is_part(sentence, each) for each in found)
            if len({each.value for each in found}) == 1 and not parted:
                yield replace(found[0], subject="recap", cause=key, goal=None, working=None)


def _is_part(sentence: Sentence, count: Statement) -> bool:
    """Whether words beside a figure make it a part, or none says that it is all: "8 GPUs per stage", "2 spare GPUs"."""
    at = next((n for n, token in enumerate(sentence.tokens) if token.start >= count.span.start), 0)
    before, after = sentence.tokens[max(0, at - 2) : at], sentence.tokens[at : at + 6]
    whole = any(token.stem in _ALL for token in before)
    parted = any(token.stem in _PARTS for token in (*before, *after)) or any(token.stem == "of" for token in after)
    return parted or not (whole or sentence.key)


def _repeats(sentence: Sentence) -> bool:
    """Whether the nearest heading above says that what follows repeats the plan."""
    titles = [*sentence.sections[-1:], *sentence.lead[-1:]]
    return any(not _TITLES.isdisjoint(title.lower().split()) for title in titles)


def _is_plain(said: Statement) -> bool:
    whole = isinstance(said.value, (int, float)) and said.working is None
    return whole and said.scope.role is Role.PLAN and said.relation is Relation.IS and not said.scope.strategy
