"""DV104: devices claimed to be saved against what the degrees need."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.devices import refuted
from stratc.arith.term import lift, plain
from stratc.arith.unit import PERCENT, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known
from stratc.rules.rule import Finding, rule


@rule("DV104", category=Category.GPU_COUNT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def device_saving_overstated(case: Case) -> Iterator[Finding]:
    """A claimed saving of devices rests on a total that the degrees refute.

    ## What it finds
    "N % fewer devices" than an earlier plan of known size, where the stated total contradicts the plan's own degrees
    and the smallest number that they need saves less.

    ## Why it matters
    The saving is the reason for the plan; with the devices it really needs, little or nothing of it may be left.

    ## Example
    ```plan
    # Smaller deployment

    ## Original plan
    - **Total GPUs**: 64

    ## Revised plan
    - **TP**: 4
    - **PP**: 4
    - **DP**: 2
    - **Total GPUs**: 16 <!-- DV101 -->

    ## Summary
    - 75% reduction in GPU count <!-- DV104 -->
    ```

    ## References
    - narayanan-2021, section 3
    """
    found = refuted(case)
    before = {fact.value: fact for other in case.plan.rejected if isinstance(fact := other.device_count, Known)}
    if not found or len(before) != 1:
        return
    (baseline,) = before.values()
    needed = min((lift(each.devices) for each in found), key=plain)
    saved = lift(1 - needed / case.named("strategy.device_count", baseline))
    for claim in case.claims("reduction.devices"):
        if claim.working is None and claim.baseline is None and claim.value > saved.value + case.tolerance:
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} fewer devices claimed, but the degrees need at least "
                f"{figures(needed.value)} of {figures(baseline.value)}: {show(max(saved.value, 0.0), PERCENT)} at most",
                because=saved,
                stated=claim.value,
                label="claimed here",
                help="correct the total first, then the saving",
            )
