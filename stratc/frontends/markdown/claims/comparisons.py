"""Two figures with a sign of comparison between them: "68 GB < 85 % of 80 GB ✓"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.quantity import Quantity
from stratc.arith.unit import COUNT, PERCENT
from stratc.frontends.markdown.document.saying import RELATIONS, relation_before, say
from stratc.frontends.markdown.facts.goals import CROSSES, goals_of, is_ticked
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import Role
from stratc.ir.statement import Goal, Relation
from stratc.text.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_OPEN = words(
    "if when unless whether while until where should must need require required fail failed violate violated "
    "insufficient not no never false cannot exceeded alert alarm trigger warn critical instead rather impossible was "
    "如果 不满足 超出"
)
_ASKING = words("is are doe do can will would has have")
_CROSSES = CROSSES | frozenset("?？≠")
_PARTING = words("or and to but else 或")
_OPERATORS = frozenset("×*/÷+-−^%")
_OR_EQUAL = {Relation.MORE: Relation.AT_LEAST, Relation.LESS: Relation.AT_MOST}
_WORDS = 3  # between a figure and the sign


def comparisons(sentence: Sentence) -> Iterator[Statement]:
    """Statements "comparison": the left figure, with the right one as what it is held to.

    Counts are compared only where a tick says that the comparison is meant: "64 > 8" may be an arrow.
    """
    tokens = sentence.tokens
    if not any(token.sign in RELATIONS for token in tokens if token.sign):
        return
    asks = bool(sentence.value) and sentence.value[0].stem in _ASKING
    if asks or _OPEN & {token.stem for token in tokens} or _CROSSES & set(sentence.text):
        return
    goals = goals_of(tokens)
    for at, token in enumerate(tokens):
        if token.sign not in RELATIONS or (found := _sides(tokens, at)) is None:
            continue
        left, right, relation, other = found
        one = tokens[left].figure
        if one is None or left in goals or right in goals or one.quantity.dimension != other.dimension:
            continue
        if one.quantity.dimension == COUNT and one.quantity.unit != PERCENT and not is_ticked(sentence):
            continue
        role = Role.PLAN if sentence.scope.role is Role.TARGET else None  # held to a requirement, it is none itself
        said = say(sentence, "comparison", one.value, (tokens[left].start, tokens[left].end), figure=one, role=role)
        place = Span(sentence.source, tokens[right].start, tokens[right].end)
        yield replace(said, goal=Goal(relation, other, place, ticked=is_ticked(sentence)))


def _sides(tokens: tuple[Token, ...], at: int) -> tuple[int, int, Relation, Quantity] | None:
    """The figures on both sides of a sign, the relation, and the value of the right side."""
    left = _next(tokens, at, -1)
    orequal = at + 1 < len(tokens) and tokens[at + 1].sign == "="
    right = _next(tokens, at + orequal, 1)
    if (
        left is None
        or right is None
        or _is_worked(tokens, left, -1)
        or relation_before(tokens, left) is not Relation.IS
    ):
        return None
    relation = RELATIONS[tokens[at].sign]
    one, other = tokens[left].figure, tokens[right].figure
    if one is None or other is None or one.quantity.is_range or other.quantity.is_range or other.more or one.more:
        return None
    quantity = other.quantity
    if quantity.unit == PERCENT != one.quantity.unit or (quantity.unit == PERCENT and _is_of(tokens, right)):
        if not _is_of(tokens, right):
            return None
        whole = tokens[right + 2].figure
        if whole is None or whole.quantity.is_range or _is_worked(tokens, right + 2, 1):
            return None
        quantity = Quantity.of(quantity.value * whole.value, whole.quantity.unit)
    elif _is_worked(tokens, right, 1):
        return None
    return left, right, _OR_EQUAL.get(relation, relation) if orequal else relation, quantity


def _is_of(tokens: Sequence[Token], at: int) -> bool:
    """ "85 % of 80 GB"."""
    return at + 2 < len(tokens) and tokens[at + 1].stem == "of" and tokens[at + 2].figure is not None


def _next(tokens: Sequence[Token], at: int, way: int) -> int | None:
    """The index of the figure next to a sign, a few words between them at most."""
    for index in range(at + way, at + way * (_WORDS + 2), way):
        if not 0 <= index < len(tokens) or tokens[index].sign or tokens[index].stem in _PARTING:
            return None
        if tokens[index].figure is not None:
            return index
    return None


def _is_worked(tokens: Sequence[Token], at: int, way: int) -> bool:
    """Whether a figure is the last or the first of a formula: "2 × 17 ms < ", "85 % of 80 GB < "."""
    near = [tokens[index] for index in (at + way, at + 2 * way) if 0 <= index < len(tokens)]
    if not near or near[0].sign:
        return bool(near) and near[0].sign in _OPERATORS
    return near[0].stem in ("x", "times") or (near[0].stem == "of" and (way > 0 or near[-1].figure is not None))
