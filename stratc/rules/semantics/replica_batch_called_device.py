"""SE112: the sequences of a replica given as those of a device."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.term import Term
from stratc.arith.unit import SEQUENCE
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule


@rule("SE112", category=Category.SEMANTICS, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def replica_batch_called_device(case: Case) -> Iterator[Finding]:
    """The sequences of a data-parallel replica are given as those of one device.

    ## What it finds
    Sequences per device that are the batch divided by the data-parallel degree, in a plan whose replicas have several
    devices each.

    ## Why it matters
    The devices of a replica work on the same sequences; activations and throughput counted per device on that figure
    are too large by the size of the replica.

    ## Example
    ```plan
    - **Batch size**: 128 sequences
    - **Tensor Parallelism**: 8-way
    - **Data Parallelism**: 2-way
    - **Total GPUs**: 16
    - Data parallelism gives 64 sequences per GPU   <!-- SE112 -->
    ```

    ## References
    - narayanan-2021, section 2
    """
    batch, dp, devices = (case.known(key) for key in ("workload.batch_size", "strategy.dp", "strategy.device_count"))
    share = case.number("workload.batch_size") / case.number("strategy.dp")
    if not 1 < dp.value < devices.value:
        return
    for claim in case.claims("workload.batch_size"):
        if claim.per is Per.DEVICE and claim.value == batch.value / dp.value:
            yield Finding(
                at=claim,
                message=f"{claim.value:,.4g} sequences a device stated, but {share} is the share of a replica, "
                f"which has {devices.value / dp.value:,.4g} devices",
                because=share if isinstance(share, Term) else None,
                stated=claim.value,
                unit=SEQUENCE,
                also=((devices, "devices"),),
                help="write sequences per replica",
            )
            return
