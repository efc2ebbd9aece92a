"""PE207: a first token long after the whole batch is done."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.throughput import longest_prompt, prompts_together, total_rates
from stratc.analysis.said.promise import promises, said
from stratc.arith.term import Named, Term, lift, plain
from stratc.arith.unit import SECOND, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.scope import Role
from stratc.ir.statement import CEILINGS, Relation
from stratc.rules.rule import Finding, rule

FAR = 5.0
VERY_FAR = 20.0  # prompts arrive one after another, and wait


@rule("PE207", category=Category.LATENCY, severity=Severity.INFO, certainty=Certainty.LIKELY)
def ttft_beyond_batch_time(case: Case) -> Iterator[Finding]:
    """The first token comes many times later than the plan needs for a whole batch.

    ## What it finds
    A calculated time to the first token that is five times the stated time of a batch or more, or twenty times what the
    plan's own least throughput takes for all prompts at once, or for the longest where no batch is said.  A bound of
    the plan's own, which is not the one required, is a remark, and so is a time whose batch nobody says.

    ## Why it matters
    Without a word on queues the one figure does not follow from the other, and the target is checked against a number
    from elsewhere.

    ## Example
    ```plan
    - **Batch Processing Time**: 0.4 seconds
    - **Calculated TTFT**: 8.5 seconds   <!-- PE207 -->
    ```

    ## References
    - pope-2022, section 2
    """
    reached = [claim for claim in promises(case, "latency.ttft") if claim.scope.role is Role.PLAN]
    first = [claim for claim in reached if claim.relation is Relation.IS][:1]
    if not first and case.has("target.ttft"):
        required = case.known("target.ttft").value
        first = [claim for claim in reached if claim.relation in CEILINGS and claim.value < required][:1]
    steps = [claim for claim in case.claims("latency.step") if claim.relation is Relation.IS and claim.value > 0]
    slowest = max(steps, key=lambda claim: claim.value, default=None)
    for claim in first:
        if slowest is not None:
            yield from _beyond(
                claim, Named("a batch", slowest.value, slowest), FAR, f"{said(slowest)} for a whole batch"
            )
        elif rate := min(total_rates(case), key=plain, default=None):
            every = case.has("workload.batch_size")
            batch = lift((prompts_together(case) if every else longest_prompt(case)) / rate)
            which = "all prompts" if every else "the longest prompt"
            what = f"{batch} = {show(batch.value, SECOND)} for {which} at the stated throughput"
            yield from _beyond(claim, batch, VERY_FAR, what, sure=every)


def _beyond(claim: Claim, batch: Term, far: float, what: str, *, sure: bool = True) -> Iterator[Finding]:
    if claim.quantity.low < far * batch.value:
        return
    times = Named("", claim.quantity.low, claim, claim.quantity.unit) / batch
    yield Finding(
        at=claim,
        message=f"{said(claim)} to the first token stated, {figures(times.value, 2)} times the {what}",
        because=times,
        stated=claim.value,
        certainty=None if sure and claim.relation not in CEILINGS else Certainty.JUDGEMENT,
        help="say what the rest of the time is spent on",
    )
