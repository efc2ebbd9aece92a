"""PE216: a rate of decoding that leaves no time for prompts."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.said.factors import product_of
from stratc.arith.term import Named, plain
from stratc.arith.unit import PERCENT, UNITS, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Relation
from stratc.rules.rule import Finding, rule

WORTH = 0.15  # of the time, from which on the prompts are worth a word


@rule("PE216", category=Category.THROUGHPUT, severity=Severity.INFO, certainty=Certainty.JUDGEMENT)
def decode_rate_without_prefill(case: Case) -> Iterator[Finding]:
    """A throughput is the batch over the step of decoding, though the same devices also compute the prompts.

    ## What it finds
    Tokens a second worked out as batch ÷ step, in a plan with one set of devices that states how long a prompt takes
    and how many tokens an answer has: a batch of answers takes answer × step for its tokens and batch × prompt beside.

    ## Why it matters
    Each request brings its prompt.  What is left for decoding is the throughput that users see.

    ## Example
    ```plan
    - **Batch size**: 32 sequences
    - **Output length**: 256 tokens

    ### Prefill
    - **Prefill time**: 60 ms per prompt

    ### Decode
    - **Step**: 20 ms
    - **Throughput**: 32 / 0.020 = 1,600 tokens/s   <!-- PE216 -->
    ```

    ## References
    - splitwise-2023, section 3
    """
    if case.plan.further:
        return  # pools of their own
    batch, answer = plain(case.number("workload.batch_size")), case.number("workload.output_length")
    prompts = [each for each in case.claims("latency.prefill") if each.relation is Relation.IS and each.value > 0]
    prompt = min(prompts, key=lambda each: each.value, default=None)
    if prompt is None:
        return
    for claim in case.claims("throughput.tokens"):
        step = _step(claim, batch)
        if not step:
            continue
        spent = Named("a prompt", prompt.value, prompt, prompt.quantity.unit) * batch
        decoding = Named("a step", step, None, UNITS["s"]) * answer
        share = spent / (decoding + spent)
        if share.value > WORTH:
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} leave no time for prompts, which take {share} = "
                f"{show(share.value, PERCENT)}: {claim.quantity.show(claim.value * (1 - share.value))} are left",
                because=share,
                stated=claim.value,
                computed=claim.value * (1 - share.value),
                unit=claim.quantity.unit,
                help="count the prompts of the requests that the tokens belong to",
            )
            return


def _step(claim: Claim, batch: float) -> float:
    """Seconds of a step where a rate is the batch over it; 0 where it is worked out otherwise."""
    parts = product_of(claim.working) if claim.working is not None else None
    if parts is None or len(parts.over) != 1 or len(parts.under) != 1 or parts.over[0].value != batch:
        return 0.0
    return batch / claim.value if claim.value else 0.0
