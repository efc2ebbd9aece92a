"""PI101: claimed utilisation against the bubble of the pipeline."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.promise import foremost, is_above, promises, said
from stratc.analysis.schedule import busy_share, micro_batches, needed_for, pipeline_stages
from stratc.arith.term import lift, plain
from stratc.arith.unit import PERCENT, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule

BUSY = ("utilisation", "utilisation.pipeline")


@rule("PI101", category=Category.PIPELINE, severity=Severity.ERROR)
def utilisation_above_bubble_bound(case: Case) -> Iterator[Finding]:
    """The claimed utilisation is more than the bubble of the pipeline leaves.

    ## What it finds
    Utilisation of devices or pipeline above the share m ÷ (m + p - 1) that m micro-batches on p stages can be busy;
    interleaving and zero-bubble schedules are allowed for where the plan names them.  Of a claimed range the low end
    counts.  Where a server batches continuously, new requests may fill the bubble, so that it is only likely.

    ## Why it matters
    At both ends of every step the stages wait for each other.  No tuning wins that time back; only more
    micro-batches, fewer stages or another schedule do.

    ## Example
    ```plan
    - **Pipeline Parallelism**: 4-way
    - **Micro-batches**: 8
    - **Pipeline utilization**: 90%   <!-- PI101 -->
    ```

    ## References
    - huang-2019, section 2.3
    - narayanan-2021, section 2.2
    """
    bound = busy_share(case)
    stages, count = figures(plain(pipeline_stages(case))), figures(plain(micro_batches(case)))
    refilled = any(case.mentions("continuous_batching"))
    busy = (claim for claim in promises(case, "utilisation") if claim.metric in BUSY)
    for claim in foremost(claim for claim in busy if is_above(claim, plain(bound))):
        share = min(claim.quantity.low, 0.999)
        yield Finding(
            at=claim,
            message=f"{said(claim)} utilisation claimed, but {count} micro-batches on {stages} stages keep "
            f"the devices busy for {show(plain(bound), PERCENT)} of the time at most",
            because=lift(bound),
            stated=claim.quantity.low,
            unit=PERCENT,
            certainty=Certainty.LIKELY if claim.scope.role is Role.TARGET or refilled else None,
            help=f"plan for {figures(plain(needed_for(case, share)))} micro-batches, or fewer stages",
        )
