"""PE114: a throughput in total that is less than every device is required to give."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.devices import device_count
from stratc.analysis.said.promise import PROMISED, is_below
from stratc.arith.term import Named, lift, plain
from stratc.arith.unit import TOKEN_RATE
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.ir.scope import Role
from stratc.ir.statement import CEILINGS, Per
from stratc.rules.rule import Finding, rule


@rule("PE114", category=Category.THROUGHPUT, severity=Severity.ERROR)
def total_below_device_requirement(case: Case) -> Iterator[Finding]:
    """All devices together give less than the requirement for each of them adds up to.

    ## What it finds
    A throughput stated in total below the throughput required of a device times the devices.

    ## Why it matters
    Beside the requirement of one device the total looks ample; it is missed by the ratio of the two.

    ## Example
    ```plan
    - **Total GPUs**: 64
    - **Required throughput per GPU**: 100 tokens/ms
    - **Throughput**: 800 tokens/ms total   <!-- PE114 -->
    ```

    ## References
    - iso-80000-1, quantities and units
    """
    devices = device_count(case)
    claims = tuple(case.claims("throughput.tokens", roles=PROMISED))
    wanted = [each for each in claims if each.per is Per.DEVICE and each.scope.role is Role.TARGET]
    floors = [each for each in wanted if each.relation not in CEILINGS]
    if not floors or any(each.per is Per.DEVICE and each.scope.role is Role.PLAN for each in claims):
        return
    required = devices * Named("required of a device", floors[0].quantity.low, floors[0], floors[0].quantity.unit)
    for claim in sorted(claims, key=lambda each: each.context != floors[0].context):  # beside the requirement first
        if claim.per is Per.TOTAL and claim not in wanted and is_below(claim, plain(required)):
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} in total, but {required} = {claim.quantity.show(plain(required))} "
                "are required",
                because=lift(required),
                stated=claim.value,
                unit=TOKEN_RATE,
                help="compare figures that are counted for the same devices",
            )
            return
