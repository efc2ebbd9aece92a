"""Figures that a plan derives or promises, apart from those it is built on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stratc.arith.quantity import Quantity
from stratc.ir.claim import METRICS, Claim, is_part
from stratc.ir.draft import Draft
from stratc.ir.mention import Mention
from stratc.ir.scope import Role
from stratc.ir.setting import ALONE, Setting
from stratc.ir.statement import FLOORS, Relation, Statement
from stratc.ir.values import Extent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


APART = (
    "equation",
    "balance.perfect",
    "balance.counted",
    "group.member",
    "group.layers",
)  # each place of these is judged where it stands
OF_A_PLACE = ("communication.bandwidth",)  # the section tells whether memory or links are meant


def separate_claims(draft: Draft) -> Draft:
    """Turns statements of metrics into claims, of concepts into mentions and of a framework's flags into settings.

    Before: facts, metrics, concepts and settings in one list.  After: `statements` speak of facts alone; a fact whose
    statement shows its working, or counts a total for a part (devices per replica), is a claim as well, under its own
    key.
    """
    facts, claims, mentions = [], [], []
    passing: set[object] = set()
    settings: dict[object, Setting] = {}
    for statement in draft.statements:
        if statement.subject.startswith("mention."):
            mentions.append(_mention(statement))
            continue
        if statement.subject.startswith("setting."):
            if statement.scope.role is Role.PLAN:
                found = _setting(statement)
                alone = found.places if found.launch == ALONE else ()
                same = (found.strategy, found.launch, found.name, alone)
                settings[same] = _again(settings.get(same), found)
            continue
        if statement.subject not in METRICS and not is_part(statement):
            facts.append(statement)
        if claim := _claim(statement):
            claims.append(claim)
        if statement.passing:
            passing.add(statement.span)
    return replace(
        draft,
        statements=tuple(facts),
        claims=tuple(_merged(claims, passing)),
        mentions=tuple(_merged_mentions(mentions)),
        settings=tuple(settings.values()),
    )


def _setting(statement: Statement) -> Setting:
    name = statement.subject.removeprefix("setting.")
    launch, strategy = statement.index or 0, statement.scope.strategy
    return Setting(name, statement.value, (statement.span,), launch, statement.cause, strategy)


def _again(before: Setting | None, found: Setting) -> Setting:
    """A setting at all its places; of several values the last counts, as in every reader of them."""
    if before is None or before.value != found.value:
        return found
    return replace(found, places=(*before.places, *found.places))


def _claim(statement: Statement) -> Claim | None:
    is_metric = statement.subject in METRICS
    if not is_metric and statement.working is None and statement.goal is None and not is_part(statement):
        return None
    if (quantity := statement.quantity or _quantity(statement)) is None:
        return None
    return Claim(
        statement.subject,
        quantity,
        (statement.span,),
        statement.context,
        statement.scope,
        statement.relation,
        statement.working,
        statement.per,
        statement.cause,
        statement.index,
        statement.goal,
        statement.baseline,
    )


def _quantity(statement: Statement) -> Quantity | None:
    match statement.value:
        case int() | float():
            return Quantity.of(float(statement.value))
        case Extent(low, high):
            return Quantity(low, high)
        case _:
            return None


def _merged(claims: Iterable[Claim], passing: set[object]) -> Iterator[Claim]:
    """Claims in order; one that is said again keeps both places, and the requirement that one of them names.

    Places that give it a label come before those that only speak of it in passing, as a summary does.
    """
    seen: dict[object, Claim] = {}
    places: dict[object, dict[Any, None]] = {}
    for number, claim in enumerate(claims):
        same: object = number
        if claim.working is None and claim.metric not in APART:
            ends = (claim.quantity.low, claim.quantity.high)
            saved_from = claim.baseline if claim.metric == "reduction.devices" else None
            whose = (claim.scope.role, claim.scope.strategy, claim.per, claim.index, claim.cause, saved_from)
            where = claim.scope.topics[:1] if claim.metric in OF_A_PLACE else ()
            up = claim.relation in FLOORS  # a floor and a ceiling are two bounds
            same = (claim.metric, ends, claim.relation is Relation.IS, up, where, whose)
        first = seen.get(same)
        if first is not None and _required(first) and _required(claim) and _required(first) != _required(claim):
            same, first = number, None
        listed = first is not None and _is_listed_first(first, claim, passing)  # among the parts that are added up
        seen[same] = (_joined(claim, first) if listed else _joined(first, claim)) if first else claim
        places.setdefault(same, {}).update(dict.fromkeys(claim.places))
    for same, claim in seen.items():
        ordered = tuple(sorted(places[same], key=passing.__contains__))
        yield replace(claim, places=ordered, passing=ordered[0] in passing)


def _is_listed_first(first: Claim, again: Claim, passing: set[object]) -> bool:
    """Whether a part of the memory is spoken of in passing before a list gives it."""
    sized = first.metric.startswith("memory.")
    return sized and first.places[0] in passing and again.places[0] not in passing


def _required(claim: Claim) -> tuple[float, float] | None:
    return (claim.goal.quantity.low, claim.goal.quantity.high) if claim.goal else None


def _joined(first: Claim, again: Claim) -> Claim:
    """The first of two claims with the requirement and the baseline that either names."""
    ticked = again.goal if again.goal and again.goal.ticked else None
    goal, baseline = ticked or first.goal or again.goal, first.baseline or again.baseline
    if goal is first.goal and baseline == first.baseline:
        return first
    return replace(first, goal=goal, baseline=baseline)


def _mention(statement: Statement) -> Mention:
    concept = statement.subject.removeprefix("mention.")
    return Mention(concept, (statement.span,), statement.context, statement.scope, statement.cause)


def _merged_mentions(mentions: Iterable[Mention]) -> Iterator[Mention]:
    """Mentions in order; a concept named again under the same headings keeps all places."""
    alike: dict[object, list[Mention]] = {}
    for mention in mentions:
        alike.setdefault((mention.concept, mention.scope, mention.cause), []).append(mention)
    for group in alike.values():
        yield replace(group[0], places=tuple(place for each in group for place in each.places))
