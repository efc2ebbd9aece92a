"""Tensor parallelism that a later sentence puts inside the experts: "TP: 4-way", then "applied within each expert"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.frontends.markdown.layout.degrees import axis_of
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_TP, _EXPERT_TP = "strategy.tp", "strategy.expert_tp"
_BLOCKS = words("ffn mlp linear expert gate up down")
_MATRICES = words("layer linear matrix matrice projection weight")
_ELSE = words("attention not no never without unsplit whole")


def split_experts(said: Iterable[Sentence], statements: Sequence[Statement]) -> Iterator[Statement]:
    """The degree inside experts, where a sentence below a tensor-parallel degree says that it applies there."""
    degrees = [each for each in statements if each.subject == _TP and each.scope.role is Role.PLAN]
    if not degrees or any(each.subject == _EXPERT_TP for each in statements):
        return
    for sentence in said:
        above = [each for each in degrees if each.span.start < sentence.start]
        if above and _applies(sentence) and _axis_above(sentence) == _TP:
            yield replace(above[-1], subject=_EXPERT_TP, working=None)
            return


def _applies(sentence: Sentence) -> bool:
    """Whether it says "applied within (each) expert" or "FFN layers within experts", and nothing narrower."""
    stems = [token.stem for token in sentence.tokens if token.stem]
    for at, stem in enumerate(stems[:-1]):
        inside = stem in ("within", "inside") and "expert" in stems[at + 1 : at + 3]
        before = stems[max(0, at - 3) : at]
        split = "applied" in before or not (_BLOCKS.isdisjoint(before) or _MATRICES.isdisjoint(before))
        if inside and split and _ELSE.isdisjoint(stems):
            return True
    return False


def _axis_above(sentence: Sentence) -> str | None:
    """The axis of the nearest label or heading that names one."""
    return next((axis for title in sentence.above if (axis := axis_of(title))), None)
