"""ME161: all memory over all devices."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from stratc.analysis.case import Case
from stratc.analysis.layout.devices import device_count
from stratc.analysis.said.promise import PROMISED
from stratc.arith.term import Named, lift, plain
from stratc.arith.unit import BYTE, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per, Relation
from stratc.rules.rule import Finding, rule

NEAR = 0.005  # rounding of the quotient
TOTALS = ("memory.total", "memory.inference")


@rule("ME161", category=Category.MEMORY, severity=Severity.INFO, certainty=Certainty.JUDGEMENT)
def total_over_all_devices(case: Case) -> Iterator[Finding]:
    """The memory of a device is that of the whole plan divided by all devices, expert parallelism included.

    ## What it finds
    A memory total and one of a device that is it over the number of all devices, where expert parallelism makes these
    more than tensor and pipeline parallelism do.

    ## Why it matters
    Expert parallelism deals out experts alone.  Attention, embeddings and buffers lie whole on each of its ranks, and
    the cache is divided only if each rank serves sequences of its own.

    ## Example
    ```plan
    - **Expert parallelism**: 16-way
    - **Tensor parallelism**: 2-way
    - **Total GPUs**: 32
    - **Total memory requirement**: 64 GB
    - **Memory per GPU**: 2 GB   <!-- ME161 -->
    ```

    ## References
    - lepikhin-2020, section 3
    """
    devices, degree = plain(device_count(case)), case.known("strategy.ep")
    split = plain(case.number_or("strategy.tp", 1) * case.number_or("strategy.pp", 1))
    if degree.value <= 1 or split >= devices:
        return
    claims = [each for each in case.claims(*TOTALS, roles=PROMISED) if each.relation is Relation.IS]
    wholes = [each for each in claims if each.per in (Per.TOTAL, Per.UNSAID)]
    for claim in claims:
        whole = next((each for each in wholes if _is_over(claim, each, devices)), None)
        if whole is not None:
            share = lift(Named("in all", whole.value, whole, whole.quantity.unit) / devices)
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} is {share} devices, but expert parallelism divides experts alone: "
                f"attention lies on each device in a part of 1 ÷ {figures(split)}",
                because=share,
                stated=claim.value,
                unit=BYTE,
                also=((degree, "expert parallelism"),),
                help=f"divide experts by all devices and the rest of {show(whole.value, BYTE)} by tensor and pipeline "
                "parallelism alone",
            )
            return


def _is_over(claim: Claim, whole: Claim, devices: float) -> bool:
    return claim.per is Per.DEVICE and isclose(claim.value * devices, whole.value, rel_tol=NEAR)
