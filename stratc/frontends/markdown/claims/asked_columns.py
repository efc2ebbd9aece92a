"""Tables that hold what is reached against what is asked: "| Criterion | Target | Result |"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.frontends.markdown.scoping.columns import is_value
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token

_ASKED = words(
    "target requirement required needed asked requested wanted goal slo sla limit budget threshold 要求 目标 目标值"
)
_REACHED = words(
    "result achieved actual measured expected estimate estimated planned plan projected predicted obtained reached "
    "computed calculated value design forecast 结果 实际 预期 预计 方案 达成 实测"
)
_HEADS = 3  # words of a heading that names nothing else


def asked_columns(said: Sequence[Sentence]) -> Iterator[Sentence]:
    """The sentences of a text, the cells of such tables in the role of their column, whatever heading is above."""
    heads: dict[int, dict[int, Role]] = {}
    for each in said:
        if is_value(each) and (role := _role(each.header)):
            heads.setdefault(each.block.group, {})[each.block.header[0]] = role
    tables = {group: found for group, found in heads.items() if len({*found.values()}) == 2}
    for each in said:
        role = tables.get(each.block.group, {}).get(each.block.header[0]) if is_value(each) else None
        turned = role is not None and each.scope.role in (Role.PLAN, Role.TARGET)
        yield each._replace(scope=replace(each.scope, role=role)) if role and turned else each


def _role(header: tuple[Token, ...]) -> Role | None:
    stems = {token.stem for token in header if token.stem}
    if len(stems) > _HEADS or bool(stems & _ASKED) == bool(stems & _REACHED):
        return None
    return Role.TARGET if stems & _ASKED else Role.PLAN
