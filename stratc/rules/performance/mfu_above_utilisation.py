"""PE104: model FLOPs utilisation above the share of the time that devices are busy."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.said.promise import is_above, promises, said
from stratc.arith.unit import PERCENT
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("PE104", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def mfu_above_utilisation(case: Case) -> Iterator[Finding]:
    """Devices are claimed to use more of their peak than they are busy.

    ## What it finds
    A model FLOPs utilisation wholly above the highest utilisation of the devices that the plan claims.

    ## Why it matters
    A device that works half of the time reaches half of its peak at most.

    ## Example
    ```plan
    - **GPU Utilization**: 50%
    - **MFU**: 60%   <!-- PE104 -->
    ```

    ## References
    - chowdhery-2022, appendix B
    """
    busy = [claim for claim in promises(case, "utilisation") if claim.metric == "utilisation"]
    busiest = max(busy, key=lambda claim: claim.value, default=None)
    if busiest is None or any(claim.relation.value in (">", ">=") for claim in busy):
        return
    for claim in promises(case, "utilisation.mfu"):
        if is_above(claim, busiest.value):
            yield Finding(
                at=claim,
                message=f"{said(claim)} MFU claimed, but the devices are busy for {said(busiest)} of the time",
                stated=claim.value,
                computed=busiest.value,
                unit=PERCENT,
                also=((busiest, "utilisation claimed here"),),
            )
