"""A requirement that a plan only repeats: the rate asked of a device, multiplied by the devices and called met."""

from __future__ import annotations

from dataclasses import replace
from math import isclose
from typing import TYPE_CHECKING, NamedTuple

from stratc.analysis.said.factors import figures_of
from stratc.arith.unit import TOKEN_RATE
from stratc.ir.scope import Role
from stratc.ir.statement import Per

if TYPE_CHECKING:
    from stratc.analysis.case import Case
    from stratc.ir.claim import Claim
    from stratc.ir.mention import Mention

SAID = (Role.PLAN, Role.TARGET)


class Repeated(NamedTuple):
    """What is required of a device, the total that only multiplies it, and where it is called met."""

    required: Claim
    total: Claim
    met: Mention


def repeated_requirement(case: Case) -> Repeated | None:
    """The requirement that all rates of a plan follow from, where the plan calls it met; None where one is another."""
    claims = tuple(case.claims("throughput.tokens", roles=SAID))
    targets = [each for each in claims if each.per is Per.DEVICE and each.scope.role is Role.TARGET]
    if not targets or len({each.value for each in targets}) > 1:
        return None
    if not all(_follows(each, targets[0], claims) for each in claims):
        return None
    own = (each for each in claims if each.scope.role is Role.PLAN)
    total = next((each for each in own if _multiplies(each, targets[0].value)), None)
    met = _called_met(case, claims)
    return Repeated(targets[0], total, met) if total is not None and met is not None else None


def _called_met(case: Case, claims: tuple[Claim, ...]) -> Mention | None:
    """Where the requirement is said to be met: at its bound, or among all requirements."""
    bounds = {span for each in claims for span in each.spans()}
    for mention in case.mentions("bound_met", "bounds_met", roles=SAID):
        if found := tuple(span for span in mention.spans() if span in bounds):
            return replace(mention, places=found)
    every = case.mentions("requirements_met")
    return next((each for each in every if not each.cause or "throughput" in each.cause), None)


def _multiplies(claim: Claim, rate: float) -> bool:
    """Whether a figure is worked out as a number of devices, or of groups of them, times a rate."""
    parts = figures_of(claim.working) if claim.working is not None else ()
    rates = [part for part in parts if part.dimension == TOKEN_RATE]
    return len(parts) > 1 and len(rates) == 1 and isclose(rates[0].value, rate, rel_tol=1e-6)


def _follows(claim: Claim, target: Claim, claims: tuple[Claim, ...]) -> bool:
    """Whether a figure is the target, or only multiplies it."""
    if claim.value == target.value:
        return claim.working is None
    known = {target.value, *(each.value for each in claims if each is not claim and _multiplies(each, target.value))}
    return claim.value in known or any(_multiplies(claim, rate) for rate in known)
