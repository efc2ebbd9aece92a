"""PE207: a first token long after the whole batch is done."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.promise import foremost, promises, said
from stratc.arith.term import Named
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.scope import Role
from stratc.ir.statement import Relation
from stratc.rules.rule import Finding, rule

FAR = 5.0


@rule("PE207", category=Category.LATENCY, severity=Severity.INFO, certainty=Certainty.LIKELY)
def ttft_beyond_batch_time(case: Case) -> Iterator[Finding]:
    """The first token comes many times later than the plan needs for a whole batch.

    ## What it finds
    A calculated time to the first token that is five times the stated time of a batch or more.

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
    steps = [claim for claim in case.claims("latency.step") if claim.relation is Relation.IS and claim.value > 0]
    slowest = max(steps, key=lambda claim: claim.value, default=None)
    reached = (claim for claim in promises(case, "latency.ttft") if claim.scope.role is Role.PLAN)
    for claim in foremost(claim for claim in reached if claim.relation is Relation.IS)[:1]:
        if slowest is None or claim.quantity.low < FAR * slowest.value:
            continue
        times = Named("", claim.quantity.low, claim, claim.quantity.unit) / Named("a batch", slowest.value, slowest)
        yield Finding(
            at=claim,
            message=f"{said(claim)} to the first token stated, {figures(times.value, 2)} times the "
            f"{said(slowest)} for a whole batch",
            because=times,
            stated=claim.value,
            help="say what the rest of the time is spent on",
        )
