"""CN103: one batch size for a replica and for the whole."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.unit import SEQUENCE
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("CN103", category=Category.CONSISTENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def replica_batch_called_total(case: Case) -> Iterator[Finding]:
    """The batch of the workload is given to every data-parallel replica, so that the total is several times as much.

    ## What it finds
    A total of sequences that is the stated batch size times the data-parallel degree, though the workload states that
    batch size for all replicas together.  An "effective batch" is by its name that of all replicas, and the batch size
    beside it may be that of one: there it is a remark.

    ## Why it matters
    Memory, throughput and latency are then worked out for a load that nobody asked for.

    ## Example
    ```plan
    ## Requirements
    - **Batch Size**: 128 sequences

    ## Strategy
    - **Data Parallelism**: DP = 4
    - **Batch processing**: 128 sequences × 4 DP groups = 512 sequences total   <!-- CN103 -->
    ```

    ## References
    - megatron-core, global batch size
    """
    batch, dp = case.known("workload.batch_size"), case.known("strategy.dp")
    total = case.number("workload.batch_size") * case.number("strategy.dp")
    remarked = False
    for claim in case.claims("batch", "equation"):
        effective = claim.metric == "batch.effective"
        if effective and remarked:
            continue
        counted = claim.metric != "equation" or claim.quantity.dimension == SEQUENCE
        if counted and dp.value > 1 and claim.value == batch.value * dp.value:
            remarked = remarked or effective
            yield Finding(
                at=claim,
                message=f"{claim.value:,.0f} sequences in all, but the workload is {batch.value:,}: "
                f"each of the {dp.value} replicas is given the whole batch",
                because=total if not isinstance(total, (int, float)) else None,
                stated=claim.value,
                computed=batch.value,
                unit=SEQUENCE,
                help=f"give each replica {batch.value / dp.value:,.4g} sequences, or state the larger load",
                severity=Severity.INFO if effective else None,
                certainty=Certainty.JUDGEMENT if effective else None,
            )
