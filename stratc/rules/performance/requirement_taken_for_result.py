"""PE233: a throughput in total that only multiplies what is required of a device."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import isclose

from stratc.analysis.case import Case
from stratc.analysis.factors import figures_of
from stratc.arith.unit import TOKEN_RATE
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.mention import Mention
from stratc.ir.scope import Role
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule

SAID = (Role.PLAN, Role.TARGET)


@rule("PE233", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def requirement_taken_for_result(case: Case) -> Iterator[Finding]:
    """The throughput of all devices is the requirement of one times their number, and is called met.

    ## What it finds
    A target said to be met, in a plan whose throughput in total multiplies the very rate that is required of a device,
    and which has no other rate, worked out of operations or times.  Where nothing is said to be met, the total gets a
    remark.

    ## Why it matters
    It would come out the same for any model on any device: whether the target is met is still open.

    ## Example
    ```plan
    - **Target throughput per GPU**: 100 tokens/ms
    - **Total throughput**: 64 GPUs × 100 tokens/ms = 6,400 tokens/ms

    The configuration meets all throughput requirements.   <!-- PE233 -->
    ```

    ## References
    - iso-80000-1, quantities and units
    """
    claims = tuple(case.claims("throughput.tokens", roles=SAID))
    targets = [each for each in claims if each.per is Per.DEVICE and each.scope.role is Role.TARGET]
    if (
        not targets
        or len({each.value for each in targets}) > 1
        or not all(_follows(each, targets[0], claims) for each in claims)
    ):
        return
    total = next(
        (each for each in claims if each.scope.role is Role.PLAN and _multiplies(each, targets[0].value)), None
    )
    if total is not None:
        met = _called_met(case, claims)
        only = f"{total.quantity.show()} only multiply the {targets[0].quantity.show()} required of a device"
        yield Finding(
            at=met or total,
            message=f"the throughput is called met, but {only}" if met else only,
            also=((total, "the total"),) if met else ((targets[0], "required"),),
            label="said here" if met else "no model, device or time in it",
            certainty=None if met else Certainty.JUDGEMENT,
            help="work the rate of a device out of its operations, bytes or measured times",
        )


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
