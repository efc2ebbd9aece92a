"""PE111: time of a batch against sequences a second."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.said.promise import is_above, promises, said, single_total
from stratc.arith.term import Named, Term, lift, plain
from stratc.arith.unit import SEQUENCE_RATE
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import CEILINGS, FLOORS, Per, Relation
from stratc.rules.rule import Finding, rule

NEAR = 1.25
FAR = 5.0  # times that a step is longer than its forward pass, and more
PASSES = ("latency.forward", "latency.unsaid")


@rule("PE111", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def batch_time_against_sequence_rate(case: Case) -> Iterator[Finding]:
    """The time of a batch and the sequences a second do not belong together.

    ## What it finds
    Batch ÷ time of a step against a stated rate of sequences; a ceiling of the time together with a floor of the rate
    is only flagged where the one does not suffice for the other.  Where no time of a step is stated, that of its layers
    counts, one after another and in as many stages at once as there are; a lower rate is then left alone, and a higher
    one that needs several batches in the stages at once is a remark.  So is one that is many times off what the time
    of a forward pass, or a latency of which the plan does not say what it spans, leaves.  A rate of one replica, where
    the plan counts the batches of all of them, is not the rate of the plan.

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
        yield from _beside_passes(case, batch)
    yield from _of_one_replica(case, batch, times)
    at_once = plain(case.number_or("strategy.dp", 1)) if _is_of_replica(case, batch) else 1
    if len({time.value for time in times}) > 1:
        return  # parts of a step, or steps of several kinds
    for time in times:
        for claim in _rates(case):
            if claim.quantity.dimension != SEQUENCE_RATE or claim.scope.role != time.scope.role or not time.value:
                continue
            implied: Term = batch / Named("a step", time.value, time, time.quantity.unit)
            exact = claim.relation is Relation.IS and time.relation is Relation.IS
            short = implied.value * at_once * NEAR < claim.quantity.low and claim.relation not in CEILINGS
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
    alone = lift(batch / (case.number("model.layers") * of_layer))
    implied = lift(batch * at_once / (case.number("model.layers") * of_layer))
    for claim in _rates(case):
        if claim.quantity.dimension != SEQUENCE_RATE or not is_above(claim, alone.value * NEAR):
            continue
        beyond = is_above(claim, implied.value * NEAR)
        term, most = (implied, "at most") if beyond else (alone, "for one batch after another")
        yield Finding(
            at=claim,
            message=f"{said(claim)} stated, but {term} = {claim.quantity.show(term.value)} {most}",
            because=term,
            stated=claim.value,
            unit=SEQUENCE_RATE,
            severity=None if beyond else Severity.INFO,
            certainty=None if beyond else Certainty.JUDGEMENT,
            help="" if beyond else "say how many batches the stages work on at once",
        )


def _beside_passes(case: Case, batch: Term) -> Iterator[Finding]:
    """Rates many times off what one pass, or a latency of whatever it is, makes of a batch."""
    time = next((each for metric in PASSES for each in single_total(case, metric)), None)
    if time is None or not time.value:
        return
    at_once = plain(case.number_or("strategy.pp", 1) * case.number_or("strategy.dp", 1))
    implied = lift(batch / Named("a pass", time.value, time, time.quantity.unit))
    for claim in _rates(case):
        if claim.quantity.dimension != SEQUENCE_RATE or claim.relation is not Relation.IS:
            continue
        above = claim.quantity.low > implied.value * at_once * NEAR
        if above or claim.value * FAR * at_once < implied.value:
            yield Finding(
                at=claim,
                message=f"{said(claim)} stated, but {implied} = {claim.quantity.show(implied.value)}",
                because=implied,
                stated=claim.value,
                unit=SEQUENCE_RATE,
                severity=Severity.INFO,
                certainty=Certainty.JUDGEMENT,
                help="say what the time spans, and what else a batch waits for",
            )


def _of_one_replica(case: Case, batch: Term, times: tuple[Claim, ...]) -> Iterator[Finding]:
    """Rates that are the batch of one replica over its time, where the plan adds up the batches of all replicas."""
    replicas = case.number_or("strategy.dp", 1)
    counted = any(NEAR > total.value / (batch.value * plain(replicas)) > 1 / NEAR for total in case.claims("batch"))
    if plain(replicas) < 2 or not counted or len({time.value for time in times}) != 1 or not times[0].value:
        return
    alone = batch / Named("a step", times[0].value, times[0], times[0].quantity.unit)
    for claim in _rates(case):
        if (
            claim.quantity.dimension == SEQUENCE_RATE
            and claim.per is not Per.REPLICA
            and claim.quantity.agrees(alone.value)
        ):
            implied = lift(replicas * alone)
            yield Finding(
                at=claim,
                message=f"{said(claim)} stated, but that is the rate of one replica: {implied} = "
                f"{claim.quantity.show(implied.value)}",
                because=implied,
                stated=claim.value,
                unit=SEQUENCE_RATE,
            )


def _is_of_replica(case: Case, batch: Term) -> bool:
    """Whether the plan counts a batch for every replica: that of all of them is so many times as large."""
    replicas = plain(case.number_or("strategy.dp", 1))
    every = (total.value / (batch.value * replicas) for total in case.claims("batch"))
    return replicas > 1 and any(1 / NEAR < each < NEAR for each in every)


def _rates(case: Case) -> Iterator[Claim]:
    """Rates that do not bring a working of their own."""
    return (claim for claim in promises(case, "throughput.sequences") if claim.working is None)
