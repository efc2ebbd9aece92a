"""What the shares and placements of a plan allow for the latency of one item."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.arith.functions import total
from stratc.arith.term import Named, Number, lift
from stratc.arith.unit import PERCENT, Fraction
from stratc.ir.origin import Missing
from stratc.ir.scope import Role

if TYPE_CHECKING:
    from stratc.analysis.case import Case
    from stratc.ir.claim import Claim

WHOLE = 0.05  # how far the shares may be from one


def least_latency(case: Case) -> Fraction:
    """Latency of one item as a share of that on one device, from the computation that each device has.

    The devices of a stage share its work, the stages follow each other; transfers cost nothing.  Raises Missing where
    stages are not placed on devices or not every device has its share.
    """
    groups = _groups(case)
    shares = {
        claim.index: claim for claim in case.claims("share.compute", roles=(Role.PLAN,)) if claim.index is not None
    }
    placed = sorted({device for group in groups for device in group})
    if len(groups) < 2 or not placed or any(device not in shares for device in placed):
        raise Missing("strategy.stage")
    if abs(sum(shares[device].value for device in placed) - 1) > WHOLE:
        raise Missing("share.compute")
    return total(_group_time(group, shares) for group in groups)


def _groups(case: Case) -> tuple[tuple[int, ...], ...]:
    """The distinct sets of devices of the stages; a device of two stages has one share for both."""
    found = dict.fromkeys(tuple(sorted(each.value.devices)) for each in case.strategy.stages if each.value.devices)
    placed = [device for group in found for device in group]
    if len(placed) != len(set(placed)):
        raise Missing("strategy.stage")
    return tuple(found)


def _group_time(group: tuple[int, ...], shares: dict[int, Claim]) -> Number:
    work = total(Named(f"on device {device}", shares[device].value, shares[device], PERCENT) for device in group)
    return lift(work) / len(group) if len(group) > 1 else work


def saved_latency(case: Case) -> Fraction:
    """Share of the latency of one device that the plan saves at most."""
    return 1 - least_latency(case)


def is_gain_of(claim: Claim) -> float:
    """The share of the latency that a claim says is saved, from a reduction or a speed-up."""
    if claim.metric == "reduction.latency":
        return claim.value
    return 1 - 1 / claim.value if claim.value else 0.0
