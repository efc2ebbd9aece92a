"""PE108: throughput of a device × devices against the total."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.devices import device_count
from stratc.analysis.factors import product_of
from stratc.arith.term import Named, plain
from stratc.arith.unit import TOKEN_RATE
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule

NEAR = 0.05


@rule("PE108", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def throughput_total_mismatch(case: Case) -> Iterator[Finding]:
    """Throughput of a device times devices is not the total that the plan states.

    ## What it finds
    A throughput counted for a device and one counted in total, where the second is not the first times the devices;
    of a range any value will do.

    ## Why it matters
    Capacity is bought by the total.

    ## Example
    ```plan
    - **Total GPUs**: 16
    - **Throughput per GPU**: 20 tokens/ms
    - **Total Throughput**: 640 tokens/ms   <!-- PE108 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    devices = device_count(case)
    claims = tuple(case.claims("throughput.tokens"))
    singles = [claim for claim in claims if claim.per is Per.DEVICE]
    for claim in claims:
        if claim.per is not Per.TOTAL or not singles or not _is_free(claim, plain(devices)):
            continue
        if any(_fits(claim, each, plain(devices)) for each in singles):
            continue
        single = singles[0]
        computed = devices * Named("of a device", single.value, single, single.quantity.unit)
        yield Finding(
            at=claim,
            message=f"{claim.quantity.show()} in total stated, but {computed} = {claim.quantity.show(plain(computed))}",
            because=computed if not isinstance(computed, float) else None,
            stated=claim.value,
            computed=plain(computed),
            unit=TOKEN_RATE,
            help="correct the throughput of a device, or the devices",
            write=claim.quantity.corrected(plain(computed)) if not single.quantity.is_range else "",
        )


def _is_free(claim: Claim, devices: float) -> bool:
    """Whether no working refutes the figure already, or counts the devices with a share of its own."""
    if claim.working is None:
        return True
    product = product_of(claim.working)
    return product is not None and not product.multiplies(devices) and claim.quantity.agrees(claim.working.value, NEAR)


def _fits(claim: Claim, single: Claim, devices: float) -> bool:
    most, least = single.value * devices, single.quantity.low * devices
    return claim.quantity.low <= most * (1 + NEAR) and claim.value >= least * (1 - NEAR)
