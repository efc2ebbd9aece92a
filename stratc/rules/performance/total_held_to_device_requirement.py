"""PE244: the rate of all devices held to what is required of each of them."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.devices import device_count
from stratc.analysis.said.promise import PROMISED
from stratc.arith.term import Named, lift
from stratc.arith.unit import TOKEN_RATE
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.ir.claim import Claim
from stratc.ir.scope import Role
from stratc.ir.statement import CEILINGS, Per
from stratc.rules.rule import Finding, rule

MISSED = 0.05  # of the requirement; less may be rounding


@rule("PE244", category=Category.THROUGHPUT, severity=Severity.ERROR)
def total_held_to_device_requirement(case: Case) -> Iterator[Finding]:
    """The rate of all devices is compared with the figure that is required of each of them, which each misses.

    ## What it finds
    A throughput that is not counted for a device, beside a requirement with the very figure that the plan asks of a
    device and of nothing else, where its share of a device is less than that.

    ## Why it matters
    The comparison holds by as many times as there are devices, and the requirement is missed.

    ## Example
    ```plan
    - **Total GPUs**: 64
    - A single GPU should yield 100 tokens/ms
    - **Throughput**: 582 tokens/ms > 100 tokens/ms ✓   <!-- PE244 -->
    ```

    ## References
    - iso-80000-1, quantities and units
    """
    devices = device_count(case)
    wanted = _of_a_device(case)
    for claim in _compared(case, wanted[0].value) if wanted else ():
        each = Named("in all", claim.value, claim, claim.quantity.unit) / devices
        if each.value < wanted[0].value * (1 - MISSED) <= claim.value:
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} beside what is required of a device, but {lift(each)} = "
                f"{claim.quantity.show(each.value)} of each",
                because=lift(each),
                stated=claim.value,
                computed=each.value,
                unit=TOKEN_RATE,
                also=((wanted[0], "required of a device"),),
                help="compare figures that are counted for the same devices",
            )
            return


def _compared(case: Case, wanted: float) -> Iterator[Claim]:
    """Rates that stand beside a floor of that figure and are nowhere said to be those of a part."""
    every = tuple(case.claims("throughput.tokens", "comparison", roles=PROMISED))
    parts = {span for each in every if each.per in (Per.DEVICE, Per.REPLICA) for span in each.spans()}
    for each in every:
        alike = each.quantity.dimension == TOKEN_RATE and parts.isdisjoint(each.spans())
        if alike and each.goal and each.goal.relation not in CEILINGS and each.goal.quantity.agrees(wanted):
            yield each


def _of_a_device(case: Case) -> tuple[Claim, ...]:
    """The one floor that the plan sets for the throughput of a device."""
    targets = [each for each in case.claims("throughput.tokens", roles=(Role.TARGET,)) if each.relation not in CEILINGS]
    own = [each for each in targets if each.per is Per.DEVICE]
    return tuple(own[:1]) if len({each.value for each in own}) == 1 else ()
