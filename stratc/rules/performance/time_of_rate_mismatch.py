"""PE212: the time of an amount at a rate."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import prod

from stratc.analysis.case import Case
from stratc.analysis.said.values import number_of
from stratc.arith.term import Term
from stratc.arith.unit import SECOND, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule

ROLES = (Role.PLAN, Role.TARGET)
NEAR = 0.15  # of a quotient of rounded figures
SLOWEST = 2.2  # times the bare quotient: a ring sends almost everything twice
SHARING = ("strategy.tp", "strategy.pp", "strategy.dp", "strategy.ep", "strategy.cp", "hardware.devices_per_node")
REPEATED = ("model.layers", "strategy.layers_per_stage", "strategy.pp", "workload.micro_batches")


@rule("PE212", category=Category.LATENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def time_of_rate_mismatch(case: Case) -> Iterator[Finding]:
    """A time is not what its amount takes at the rate in the same sentence.

    ## What it finds
    "2.4 TFLOP at 240 TFLOPS take 1 ms": bytes, operations or tokens over their rate are another time, also when the
    devices of a degree share the amount, when it recurs in every layer, or when a collective sends it twice.

    ## Why it matters
    A slip of the unit here makes the step or the request look many times faster than it can be.

    ## Example
    ```plan
    - Reading 17 GB of weights at 1.7 TB/s takes 1 ms <!-- PE212 -->
    ```

    ## References
    - williams-2009
    """
    for claim in case.claims("time.of_rate", roles=ROLES):
        if claim.working is not None and claim.working.value > 0 and not _is_fair(case, claim, claim.working):
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} stated, but {claim.working} = {show(claim.working.value, SECOND)}",
                because=claim.working,
                stated=claim.value,
                unit=SECOND,
                help="correct the time, the amount or the rate",
            )


def _is_fair(case: Case, claim: Claim, quotient: Term) -> bool:
    """Whether the time is the quotient, within what a collective adds, or that of a share or of all repetitions."""
    if claim.quantity.agrees(quotient.value, NEAR) or quotient.value <= claim.value <= SLOWEST * quotient.value:
        return True
    shares = _products([number_of(case, key) for key in SHARING] + [number_of(case, "strategy.device_count")])
    times = {1.0, *(number_of(case, key) for key in REPEATED)}
    return any(claim.quantity.agrees(quotient.value * time / share, NEAR) for share in shares for time in times if time)


def _products(numbers: list[float]) -> set[float]:
    above = [number for number in numbers if number > 1]
    return {prod(some) for count in range(len(above) + 1) for some in combinations(above, count)}
