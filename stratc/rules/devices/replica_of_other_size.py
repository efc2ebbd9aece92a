"""DV214: a replica given other devices than its degrees make."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.groups import replica_sizes
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("DV214", category=Category.GPU_COUNT, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def replica_of_other_size(case: Case) -> Iterator[Finding]:
    """A replica is given more or fewer devices than its degrees take.

    ## What it finds
    "8 GPUs per replica" beside TP = 8 and PP = 2.  Where a degree is not stated, the devices need only be a multiple of
    the others; expert-parallel ranks may stand inside a replica or span several.

    ## Why it matters
    The number of replicas, and with it batch and throughput, is computed from the devices of one; weights and cache of
    a device are those of another layout.

    ## Example
    ```plan
    - **Tensor Parallelism**: 8
    - **Pipeline Parallelism**: 2
    - **GPUs per replica**: 8   <!-- DV214 -->
    ```

    ## References
    - narayanan-2021, section 3
    """
    if case.has_several("strategy.tp", "strategy.pp", "strategy.cp", "strategy.ep"):
        return
    for claim in case.claims("group.devices"):
        if case.plan.further and claim.scope.strategy != case.strategy.name:
            continue
        if claim.cause == "replica" and (made := replica_sizes(case)) and not made.fits(claim.value):
            yield Finding(
                at=claim,
                message=f"{figures(claim.value)} devices in a replica, but {made.term} = {figures(made.term.value)}",
                because=made.term,
                stated=claim.value,
                help="correct the devices of a replica, or the degrees",
            )
