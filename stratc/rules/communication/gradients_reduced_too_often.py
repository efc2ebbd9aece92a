"""CO115: gradients reduced once per micro-batch."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known, value_or
from stratc.rules.rule import Finding, rule


@rule("CO115", category=Category.COMMUNICATION, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def gradients_reduced_too_often(case: Case) -> Iterator[Finding]:
    """Gradients are said to be reduced for every micro-batch, though they are accumulated over a step.

    ## What it finds
    "Gradient all-reduce once per micro-batch" in a plan with several micro-batches a step.  Silent with ZeRO-2 and
    ZeRO-3, which may have to.

    ## Why it matters
    Replicas need the sum of a whole step, and accumulate before they communicate; once per micro-batch is as many times
    the traffic as a step has micro-batches.

    ## Example
    ```plan
    - **Data parallelism**: DP = 4
    - **Micro-batches**: 16
    - The gradient all-reduce runs once per micro-batch   <!-- CO115 -->
    ```

    ## References
    - narayanan-2021, section 3.3
    """
    count = case.fact("workload.micro_batches")
    if value_or(case.strategy.zero_stage, 0) >= 2 or (isinstance(count, Known) and count.value <= 1):
        return
    for mention in case.mentions("gradients_by_micro_batch"):
        often = f", {figures(count.value)} times a step" if isinstance(count, Known) else ""
        yield Finding(
            at=mention,
            message=f"gradients said to be reduced once per micro-batch{often}, but once per step is enough",
            label="said here",
            also=((count, "micro-batches"),) if isinstance(count, Known) else (),
            help="accumulate the gradients of a step, and reduce their sum",
        )
