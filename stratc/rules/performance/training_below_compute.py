"""PE125: a training step or run against the operations of its tokens."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.throughput import rate_bound
from stratc.analysis.said.phase import trains
from stratc.analysis.said.promise import foremost, is_below, promises, said
from stratc.arith.term import Named, Term, lift
from stratc.arith.unit import SECOND, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per
from stratc.ir.values import Extent
from stratc.rules.rule import Finding, rule

NEAR = 1.1
WHOLE = (Per.UNSAID, Per.TOTAL)
STEP, RUN = "latency.step", "latency.training"


@rule("PE125", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def training_below_compute(case: Case) -> Iterator[Finding]:
    """A training step or run is promised faster than the devices can compute it.

    ## What it finds
    The time of a step below the operations of its batch, or the time of a run below those of all its tokens, on all
    devices at the peak times the utilisation that the plan states: 6 operations a parameter and token.  Silent where
    the plan names several numbers of tokens.

    ## Why it matters
    Days and cost of a run follow from this figure alone; a schedule below it cannot be kept by any tuning.

    ## Example
    ```plan
    # Training plan
    - **Model**: 13B parameters, dense
    - **GPUs**: 64 A100
    - **Training tokens**: 1T tokens
    - **Training time**: 5 days   <!-- PE125 -->
    ```

    ## References
    - kaplan-2020, section 2.1
    """
    if not trains(case):
        return
    for claim in (*foremost(promises(case, STEP)), *foremost(promises(case, RUN))):
        bound = _bound(case, claim)
        if bound is not None and claim.per in WHOLE and is_below(claim, bound.value / NEAR):
            yield Finding(
                at=claim,
                message=f"{said(claim)} for a {'step' if claim.metric == STEP else 'run'} claimed, but computing it "
                f"takes {bound} = {show(bound.value, SECOND)}",
                because=bound,
                stated=claim.value,
                unit=SECOND,
                help="count the operations of the tokens again, or give it more devices or time",
            )


def _bound(case: Case, claim: Claim) -> Term | None:
    """Least time of the tokens of a step or run; None where the plan does not say how many they are."""
    if claim.metric == RUN:
        corpora = {each.value: each for each in promises(case, "tokens.training")}
        tokens = [Named("", value, each, each.quantity.unit) for value, each in corpora.items()]
        return lift(tokens[0] / rate_bound(case, claim)) if len(tokens) == 1 else None
    known = case.known("workload.sequence_length")
    shortest = known.value.low if isinstance(known.value, Extent) else float(known.value)
    step = case.number("workload.batch_size") * Named("tokens", shortest, known)
    return lift(step / rate_bound(case, claim))
