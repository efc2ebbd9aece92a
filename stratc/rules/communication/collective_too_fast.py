"""CO103: a collective faster than it can start."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.said.promise import promises, said
from stratc.analysis.speed.communication import LEAST_COLLECTIVE_SECONDS
from stratc.arith.unit import SECOND, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.statement import FLOORS
from stratc.rules.rule import Finding, rule

CLEARLY = 0.5  # kernels written for small messages start sooner than those of the library


@rule("CO103", category=Category.COMMUNICATION, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def collective_too_fast(case: Case) -> Iterator[Finding]:
    """A collective is promised faster than it can start.

    ## What it finds
    A time of communication clearly below the start-up of the fastest collective of NCCL.

    ## Why it matters
    Small messages are all latency: a decode step has two collectives a layer, and their start-up adds up.

    ## Example
    ```plan
    - **Tensor Parallelism**: 4-way
    - **Communication latency**: <1μs for tensor synchronization   <!-- CO103 -->
    ```

    ## References
    - nccl-tuning
    """
    for claim in promises(case, "communication.time"):
        promised = claim.relation not in FLOORS
        if promised and 0 < claim.value < LEAST_COLLECTIVE_SECONDS * CLEARLY:
            yield Finding(
                at=claim,
                message=f"{said(claim)} claimed, but the fastest collective takes "
                f"{show(LEAST_COLLECTIVE_SECONDS, SECOND)} to start",
                stated=claim.value,
                computed=LEAST_COLLECTIVE_SECONDS,
                unit=SECOND,
            )
