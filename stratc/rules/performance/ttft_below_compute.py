"""PE201: a first token sooner than its prompt can be computed."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.promise import is_below, promises, said
from stratc.analysis.throughput import least_prefill_seconds
from stratc.arith.term import lift, plain
from stratc.arith.unit import SECOND, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("PE201", category=Category.LATENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def ttft_below_compute(case: Case) -> Iterator[Finding]:
    """The first token is promised sooner than its prompt can be computed.

    ## What it finds
    A time to the first token below the operations of one shortest prompt on all devices at their peak.

    ## Why it matters
    The prompt must pass all layers before the first token; no batching or scheduling shortens that.

    ## Example
    ```plan
    - **Parameters**: 70B
    - **Computing Power**: 400 TFLOPS per GPU
    - **Total GPUs**: 8
    - **Prompt length**: 8192 tokens
    - **TTFT**: 50 ms   <!-- PE201 -->
    ```

    ## References
    - williams-2009, section 3
    - pope-2022, section 2
    """
    bound = least_prefill_seconds(case)
    for claim in promises(case, "latency.ttft", "latency.prefill"):
        if is_below(claim, plain(bound)):
            yield Finding(
                at=claim,
                message=f"{said(claim)} to the first token claimed, but computing the prompt takes "
                f"{bound} = {show(plain(bound), SECOND)} at the peak",
                because=lift(bound),
                stated=claim.value,
                unit=SECOND,
            )
