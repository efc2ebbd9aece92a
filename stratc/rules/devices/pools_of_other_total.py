"""DV142: the devices of all replicas against the total."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known
from stratc.rules.rule import Finding, rule


@rule("DV142", category=Category.GPU_COUNT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def pools_of_other_total(case: Case) -> Iterator[Finding]:
    """The replicas of a configuration take other devices than the plan counts in all.

    ## What it finds
    Configurations that set a number of replicas beside the degrees of one, whose product, added up over all of them, is
    not the total that the plan states for its strategy, or is more than the devices it says there are.

    ## Why it matters
    The total of one replica, or of pools that have since been changed, is what gets ordered and reserved.

    ## Example
    ````plan
    ```json
    {"replicas": 3, "tensor_parallel": 4, "total_gpus": 4} <!-- DV142 -->
    ```
    ````

    ## References
    - vllm-parallelism
    """
    pools = tuple(case.claims("pool.devices"))
    if not pools or case.has_several("strategy.device_count", "hardware.device_count"):
        return
    needed = sum(claim.value * len(claim.places) for claim in pools)  # pools of one size are one claim
    for total in _totals(case, needed):
        whole = " + ".join(figures(claim.value) for claim in pools for _ in claim.places)
        yield Finding(
            at=total,
            message=f"{figures(total.value)} devices stated, but all replicas take {whole}"
            + (f" = {figures(needed)}" if " " in whole else ""),
            stated=total.value,
            computed=needed,
            also=tuple((claim, "replicas") for claim in pools),
            help="count the devices of all replicas, or correct their number",
        )
        return


def _totals(case: Case, needed: float) -> Iterator[Known[int]]:
    """Totals that the replicas do not come to; more machines than they take may serve others."""
    used, there = case.fact("strategy.device_count"), case.fact("hardware.device_count")
    if isinstance(used, Known) and used.is_stated and used.value != needed:
        yield used
    if isinstance(there, Known) and there.is_stated and there.value < needed:
        yield there
