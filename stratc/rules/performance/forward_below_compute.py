"""PE210: a forward pass sooner than its tokens can be computed."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.throughput import least_prefill_seconds, said_with
from stratc.analysis.said.promise import given_once, is_below, said
from stratc.arith.term import lift
from stratc.arith.unit import SECOND, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule


@rule("PE210", category=Category.LATENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def forward_below_compute(case: Case) -> Iterator[Finding]:
    """A forward pass is given less time than the operations of its tokens take on all devices at their peak.

    ## What it finds
    The time of a forward pass below operations of the shortest sequences, as many as the batch has, divided by the
    micro-batches where a plan has them, on all devices at their full peak.

    ## Why it matters
    No schedule makes the devices faster than their peak: the time, and every rate that follows from it, cannot be met.

    ## Example
    ```plan
    - **Parameters**: 30B
    - **Computing Power**: 400 TFLOPS per GPU
    - **Total GPUs**: 64
    - **Batch size**: 128 sequences
    - **Sequence length**: 8192 tokens
    - **Forward pass**: 1.2 s   <!-- PE210 -->
    ```

    ## References
    - williams-2009, section 3
    - kaplan-2020, section 2.1
    """
    one = least_prefill_seconds(case)
    for claim in given_once(case.claims("latency.forward")):
        told = said_with(case, "workload.batch_size", claim)
        batch = case.named("workload.batch_size", told) if told else case.number("workload.batch_size")
        bound = lift(one * batch / case.number_or("workload.micro_batches", 1))
        whole = claim.per in (Per.UNSAID, Per.TOTAL) and claim.working is None
        if whole and is_below(claim, bound.value):
            yield Finding(
                at=claim,
                message=f"{said(claim)} for a forward pass, but {bound} = {show(bound.value, SECOND)} at the peak",
                because=bound,
                stated=claim.value,
                unit=SECOND,
                help="count the operations of the batch again, or give the time of what the pass computes",
            )
