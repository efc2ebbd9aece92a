"""PE222: the time of one prompt for a batch of them."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from stratc.analysis.case import Case
from stratc.analysis.figures.prompts import times_of_one_prompt
from stratc.analysis.said.phase import trains
from stratc.arith.term import Named, lift
from stratc.arith.unit import SECOND, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Known
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule

NEAR = 0.1


@rule("PE222", category=Category.LATENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def prompts_timed_as_one(case: Case) -> Iterator[Finding]:
    """The time to the first token of a batch of prompts is worked out from the operations of one of them.

    ## What it finds
    A time of the prompt phase whose working, or that of the operations in it, is two operations for each parameter and
    each token of one prompt, where its sentence names the batch.  Elsewhere it is a remark, and only where all prompts
    together miss a target that the one keeps to: prompts may come one by one.  Silent where the plan says that they
    do, or gives the time of all of them as well.

    ## Why it matters
    Prompts that are computed together, or wait for one another, take as many times as long; the last of the batch sees
    its first token only then.

    ## Example
    ```plan
    - **Model**: 70B parameters
    - **Peak**: 989 TFLOPS per GPU
    - **Batch size**: 16 requests
    - **Prompt length**: 4096 tokens
    - **TTFT of the batch of 16 requests**: 2 × 70e9 × 4096 / (8 × 989e12 × 0.5) = 145 ms   <!-- PE222 -->
    ```

    ## References
    - pope-2022, section 2
    """
    known = case.known("workload.batch_size")
    if trains(case) or known.value <= 1 or any(case.mentions("prompts_apart")):
        return
    for claim, source in times_of_one_prompt(case):
        every = lift(
            case.number("workload.batch_size") * Named("of one prompt", claim.value, claim, claim.quantity.unit)
        )
        if claim.per is Per.SEQUENCE or _is_given(case, every.value):
            continue
        together = _is_of_batch(case, claim, source)
        if not together and not _misses_target(case, claim, every.value):
            continue
        yield Finding(
            at=claim,
            message=f"{claim.quantity.show()} is worked out for one prompt, but the batch has "
            f"{figures(known.value)}: together they take {every} = {show(every.value, SECOND)}",
            because=every,
            stated=claim.value,
            unit=SECOND,
            severity=None if together else Severity.INFO,
            certainty=None if together else Certainty.JUDGEMENT,
            help="count the tokens of all prompts, or say that they are computed one by one",
        )
        return


def _is_of_batch(case: Case, *claims: Claim) -> bool:
    """Whether a sentence of these names the batch."""
    spans = case.known("workload.batch_size").spans()
    named = {each.context for each in case.mentions("prompts_together")}
    return any(each.context in named or any(span in each.context for span in spans) for each in claims)


def _misses_target(case: Case, claim: Claim, every: float) -> bool:
    """Whether the time of one prompt keeps to the target, and that of all does not."""
    fact = case.fact("target.ttft")
    target = claim.goal.quantity.value if claim.goal else fact.value if isinstance(fact, Known) else 0.0
    return bool(claim.value <= target < every)


def _is_given(case: Case, every: float) -> bool:
    """Whether the plan gives the time of all prompts too."""
    times: Iterator[Claim] = case.claims("latency", "equation")
    return any(each.quantity.dimension == SECOND and isclose(each.value, every, rel_tol=NEAR) for each in times)
