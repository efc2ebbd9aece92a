"""Totals of memory above the limit that the next line sets: "Total: 70 GB", "Limit: 80 × 0.85 = 68 GB ✓"."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from stratc.arith.unit import BYTE
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.facts.goals import CROSSES, TICKS
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import Role
from stratc.ir.statement import Goal, Relation
from stratc.text.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_TOTAL = words("total sum together altogether 合计 总计 总和")
_LIMIT = words("limit cap ceiling budget 上限 预算 限额")
_ADMITTED = words("exceed exceeded exceeding over short missing too fail failed above without before 超出 超过 不足")
_PREFIXES = 1.001  # a total may be the limit itself, rounded


def totals_and_limits(said: Sequence[Sentence]) -> Iterator[Statement]:
    """Statements "comparison" of a total with the limit in the line below that it goes beyond, and nobody says so."""
    lines = [each for each in said if each.has_digit and _is_line(each)]
    for one, other in pairwise(lines):
        if not _is_below(one, other) or one.key_stems.isdisjoint(_TOTAL) or other.key_stems.isdisjoint(_LIMIT):
            continue
        total, limit = _last(one), _last(other)
        if total is None or limit is None or total.value <= _PREFIXES * limit.value or _is_admitted(one, other):
            continue
        compared = say(one, "comparison", total.value, (total.start, total.end), figure=total)
        place = Span(other.source, limit.start, limit.end)
        yield replace(compared, goal=Goal(Relation.AT_MOST, limit.quantity, place))


def _is_line(sentence: Sentence) -> bool:
    return sentence.block.kind is Kind.ITEM and bool(sentence.key) and sentence.scope.role is Role.PLAN


def _is_below(one: Sentence, other: Sentence) -> bool:
    """Whether two items of one list follow each other."""
    return one.scope.path == other.scope.path and one.block.depth == other.block.depth and one.start != other.start


def _last(sentence: Sentence) -> Figure | None:
    """The only size of a line, or the one that its working comes to: not the margin behind it."""
    tokens = sentence.tokens
    sizes = [figure for _, figure in sentence.figures if figure.quantity.dimension == BYTE]
    results = [figure for at, figure in sentence.figures if figure in sizes and tokens[at - 1].sign in ("=", "≈")]
    found = results[:1] or sizes
    return found[0] if len(found) == 1 and found[0].is_single else None


def _is_admitted(*lines: Sentence) -> bool:
    """Whether a line says that the limit is passed, and none ticks it."""
    if any(set(each.text) & (CROSSES | {"?", "？"}) for each in lines):
        return True
    ticked = any(set(each.text) & TICKS or each.block.done for each in lines)
    return not ticked and any(not each.stems.isdisjoint(_ADMITTED) for each in lines)
