"""PE201: a first token sooner than its prompt can be computed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from stratc.analysis.case import Case
from stratc.analysis.figures.throughput import least_prefill_seconds, said_with
from stratc.analysis.said.promise import is_below, promises, said
from stratc.arith.term import Number, lift, plain
from stratc.arith.unit import SECOND, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.rules.rule import Finding, rule


@rule("PE201", category=Category.LATENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def ttft_below_compute(case: Case) -> Iterator[Finding]:
    """The first token is promised sooner than its prompt can be computed.

    ## What it finds
    A time to the first token below the operations of one shortest prompt on all devices at their peak; of as many
    prompts as the sentence itself gives ("prefill of 2048 tokens, batch 8: 90 ms").

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
    one = least_prefill_seconds(case)
    claimed = promises(case, "latency.ttft", "latency.prefill")
    early = (claim for claim in claimed if is_below(claim, plain(_bound(case, one, claim))))
    for _, together in groupby(early, key=lambda claim: claim.context):
        claims = list(together)
        yield _finding(claims, _bound(case, one, claims[0]))


def _bound(case: Case, one: Number, claim: Claim) -> Number:
    """The least time of the prompts that the claim speaks of."""
    batch = said_with(case, "workload.batch_size", claim)
    return one * case.named("workload.batch_size", batch) if batch else one


def _finding(claims: list[Claim], bound: Number) -> Finding:
    return Finding(
        at=claims[0],
        message=f"{' and '.join(map(said, claims))} to the first token claimed, but computing the prompt takes "
        f"{bound} = {show(plain(bound), SECOND)} at the peak",
        because=lift(bound),
        stated=claims[0].value,
        unit=SECOND,
        also=tuple((each, "and here") for each in claims[1:]),
        rival=True,
    )
