"""Promises weighed: whether a claimed figure lies beyond what is possible, or misses what was asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from stratc.arith.quantity import APPROXIMATE, Quantity
from stratc.ir.scope import Role
from stratc.ir.statement import CEILINGS, FLOORS, Per, Relation

if TYPE_CHECKING:
    from stratc.analysis.case import Case
    from stratc.ir.claim import Claim

PROMISED = (Role.PLAN, Role.TARGET)
SLACK = 0.02  # of a bound; plans round
LESS_IS_BETTER = ("latency", "memory", "bubble", "communication", "balance")


def promises(case: Case, *metrics: str) -> Iterator[Claim]:
    """What the plan reaches or sets out to reach."""
    return case.claims(*metrics, roles=PROMISED)


SIGNS = {Relation.AT_LEAST: "≥ ", Relation.AT_MOST: "≤ ", Relation.MORE: "> ", Relation.LESS: "< ", Relation.IS: ""}


def said(claim: Claim) -> str:
    """The figure of a claim with its sign, for people."""
    return SIGNS[claim.relation] + claim.quantity.show()


def single_total(case: Case, metric: str) -> tuple[Claim, ...]:
    """The one exact figure of a metric in this plan, counted in total; nothing where there are several."""
    found = [claim for claim in case.claims(metric) if claim.metric == metric and claim.per is not Per.DEVICE]
    exact = [claim for claim in found if claim.relation is Relation.IS and claim.working is None]
    return tuple(exact[:1]) if len({claim.value for claim in found}) == 1 else ()


def foremost(claims: Iterator[Claim]) -> tuple[Claim, ...]:
    """What the plan says it reaches; its targets only where it says nothing else."""
    found = tuple(claims)
    return tuple(claim for claim in found if claim.scope.role is Role.PLAN) or found


def given_once(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """The claims of sections that give one value, not those of several models, or of several ways to run it."""
    every = tuple(claims)
    values: dict[object, set[float]] = {}
    for each in every:
        values.setdefault((each.scope.path, each.per), set()).add(each.value)
    return tuple(each for each in every if len(values[each.scope.path, each.per]) == 1)


def is_above(claim: Claim, bound: float, whole: bool = True) -> bool:
    """Whether a claim asserts more than a bound; of a range the low end must (`whole`), or the high end."""
    if claim.relation in CEILINGS or _is_rounded(claim.quantity, bound):
        return False
    end = claim.quantity.low if whole else claim.quantity.high
    return end - _rounding(claim.quantity, end) > bound * (1 + SLACK)


def is_below(claim: Claim, bound: float, whole: bool = True) -> bool:
    """Whether a claim asserts less than a bound; of a range the high end must (`whole`), or the low end."""
    if claim.relation in FLOORS or _is_rounded(claim.quantity, bound):
        return False
    end = claim.quantity.high if whole else claim.quantity.low
    return end + _rounding(claim.quantity, end) < bound * (1 - SLACK)


def _is_rounded(quantity: Quantity, bound: float) -> bool:
    """Whether a single figure is the bound itself, rounded, or in binary units written as decimal ones."""
    return not quantity.is_range and quantity.agrees(bound)


def _rounding(quantity: Quantity, end: float) -> float:
    return quantity.step / 2 + (APPROXIMATE * abs(end) if quantity.approximate else 0)


def only_target(case: Case, figure: Claim) -> Claim | None:
    """The one target of the plan for a figure that is counted alike; None where there is none, or several values."""
    targets = [each for each in case.claims(figure.metric, roles=(Role.TARGET,)) if each.metric == figure.metric]
    alike = bool(targets) and all(each.per is figure.per for each in targets)
    return targets[0] if alike and len({each.value for each in targets}) == 1 else None


def more_is_better(claim: Claim) -> bool:
    """Whether a larger figure is the better one, as for throughput and not for latency."""
    family, _, rest = claim.metric.partition(".")
    return family not in LESS_IS_BETTER or rest == "headroom"


def missed_end(claim: Claim) -> float | None:
    """The end of the claimed figure that misses the requirement beside it; None where all of it meets it.

    A requirement without a sign is a floor where more is better, and a ceiling where less is; one of "more than" or
    "less than" is missed by the very figure, unless that is only about it.
    """
    if claim.goal is None:
        return None
    relation, goal = claim.goal.relation, claim.goal.quantity
    at_least = more_is_better(claim) if relation is Relation.IS else relation in FLOORS
    if claim.quantity.dimension != goal.dimension:
        return None
    edge = -1e-9 if _is_strict(relation, claim.quantity, goal) else 1e-9
    if at_least:
        return claim.quantity.low if claim.quantity.low < goal.low * (1 - edge) else None
    return claim.quantity.high if claim.quantity.high > goal.high * (1 + edge) else None


def _is_strict(relation: Relation, reached: Quantity, goal: Quantity) -> bool:
    """Whether reaching the very figure is not enough; a range "90-95 %" only counts from there."""
    return relation in (Relation.MORE, Relation.LESS) and not (reached.is_range or reached.approximate or goal.is_range)


def states_baseline(case: Case) -> bool:
    """Whether the plan speaks of another plan, which its gains may then be measured against."""
    others = (Role.EARLIER, Role.ALTERNATIVE)
    return bool(case.plan.rejected) or any(claim.scope.role in others for claim in case.plan.claims)
