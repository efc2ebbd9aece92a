"""PE111: time of a batch against sequences a second."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.promise import is_above, promises, said
from stratc.arith.term import Named, Term, lift
from stratc.arith.unit import SEQUENCE_RATE
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Relation
from stratc.rules.rule import Finding, rule

NEAR = 1.25
FLOORS = (Relation.AT_LEAST, Relation.MORE)
CEILINGS = (Relation.AT_MOST, Relation.LESS)


@rule("PE111", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def batch_time_against_sequence_rate(case: Case) -> Iterator[Finding]:
    """The time of a batch and the sequences a second do not belong together.

    ## What it finds
    Batch ÷ time of a step against a stated rate of sequences; a ceiling of the time together with a floor of the rate
    is only flagged where the one does not suffice for the other.  Where no time of a step is stated, that of its layers
    counts, one after another and in as many stages at once as there are; a lower rate is then left alone.

    ## Why it matters
    The two are the same statement; where they differ one target cannot be met, or is met without effort.

    ## Example
    ```plan
    - **Batch size**: 128 sequences
    - **End-to-End**: 4 seconds for full batch
    - **Sequences/Second**: 60 sequences/second   <!-- PE111 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    batch = lift(case.number("workload.batch_size"))
    times = tuple(promises(case, "latency.step"))
    if not times:
        yield from _above_layers(case, batch)
    if len({time.value for time in times}) > 1:
        return  # parts of a step, or steps of several kinds
    for time in times:
        for claim in _rates(case):
            if claim.quantity.dimension != SEQUENCE_RATE or claim.scope.role != time.scope.role or not time.value:
                continue
            implied: Term = batch / Named("a step", time.value, time, time.quantity.unit)
            exact = claim.relation is Relation.IS and time.relation is Relation.IS
            short = implied.value * NEAR < claim.quantity.low and claim.relation not in CEILINGS
            much = exact and implied.value > claim.value * NEAR
            if (short and time.relation not in FLOORS) or much:
                yield Finding(
                    at=claim,
                    message=f"{said(claim)} stated, but {implied} = {claim.quantity.show(implied.value)}",
                    because=implied,
                    stated=claim.value,
                    unit=SEQUENCE_RATE,
                )


def _above_layers(case: Case, batch: Term) -> Iterator[Finding]:
    """Rates above what the time of a layer leaves, were all stages and replicas busy all the time."""
    layer = max(
        (each for each in case.claims("latency.layer") if each.relation is Relation.IS and each.quantity.low > 0),
        key=lambda each: each.quantity.low,
        default=None,
    )
    if layer is None:
        return
    of_layer = Named("a layer", layer.quantity.low, layer, layer.quantity.unit)
    at_once = case.number_or("strategy.pp", 1) * case.number_or("strategy.dp", 1)
    implied = lift(batch * at_once / (case.number("model.layers") * of_layer))
    for claim in _rates(case):
        if claim.quantity.dimension == SEQUENCE_RATE and is_above(claim, implied.value * NEAR):
            yield Finding(
                at=claim,
                message=f"{said(claim)} stated, but {implied} = {claim.quantity.show(implied.value)} at most",
                because=implied,
                stated=claim.value,
                unit=SEQUENCE_RATE,
            )


def _rates(case: Case) -> Iterator[Claim]:
    """Rates that do not bring a working of their own."""
    return (claim for claim in promises(case, "throughput.sequences") if claim.working is None)
