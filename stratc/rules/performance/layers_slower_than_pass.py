"""PE208: layers that together take longer than the pass through all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from stratc.analysis.case import Case
from stratc.arith.term import Named, Number, Term, lift
from stratc.arith.unit import SECOND, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Missing
from stratc.ir.statement import Per, Relation
from stratc.rules.rule import Finding, rule

NEAR = 1.1  # times are estimates


@rule("PE208", category=Category.LATENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def layers_slower_than_pass(case: Case) -> Iterator[Finding]:
    """The time of a layer times the layers exceeds the time given for all of them.

    ## What it finds
    Computation, or collectives that follow one another, with a time per layer that comes to more over all layers than
    the whole forward pass or step is said to take; and a time of a layer that comes to more over the layers of a
    pipeline stage than a stage is said to take.  Of several such times the one nearest to those of the layer is shown.

    ## Why it matters
    Layers run one after another, and pipeline stages do not change that for one micro-batch: one of the two figures is
    wrong, and every rate derived from the shorter one is too high.

    ## Example
    ```plan
    - **Layers**: 32
    - **Per-layer computation**: 3 ms
    - **Forward pass**: 60 ms   <!-- PE208 -->
    ```

    ## References
    - huang-2019, section 2
    """
    of_layer = [each for each in case.claims("latency.layer", "communication.time") if _is_of_layer(each)]
    if not of_layer:
        return
    wholes = [each for each in case.claims("latency.forward", "latency.step") if _is_whole(each)]
    yield from _compared(wholes, "all layers", lambda: lift(case.number("model.layers") * _sum(of_layer)), of_layer)
    stages = [each for each in case.claims("latency.stage") if each.relation is Relation.IS and each.value > 0]
    yield from _compared(stages, "the layers of a stage", lambda: lift(_held(case) * _sum(of_layer)), of_layer)


def _held(case: Case) -> Number:
    """Layers of a stage, as stated or an even share of all."""
    if case.has("strategy.layers_per_stage"):
        return case.number("strategy.layers_per_stage")
    return case.number("model.layers") / case.number("strategy.pp")


def _compared(
    wholes: list[Claim], what: str, needed_by: Callable[[], Term], of_layer: list[Claim]
) -> Iterator[Finding]:
    """The nearest of the times that its layers exceed; what they need is worked out only where there is one."""
    if not wholes:
        return
    try:
        needed = needed_by()
    except Missing:
        return
    for claim in sorted(wholes, key=lambda each: _apart(each, of_layer[0])):
        if claim.quantity.high * NEAR < needed.value:
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} for {what}, but {needed} = {show(needed.value, SECOND)}",
                because=needed,
                stated=claim.value,
                unit=SECOND,
                also=tuple((other, "of one layer") for other in of_layer),
                help="add up the layers, or say what of their time is hidden behind other work",
            )
            return


def _apart(claim: Claim, other: Claim) -> int:
    """How far two figures stand from each other in the text."""
    return abs(claim.places[0].start - other.places[0].start)


def _is_of_layer(claim: Claim) -> bool:
    """Whether a time is plainly that of one layer: not a sum, and not a bound."""
    told = claim.per is Per.LAYER or claim.metric == "latency.layer"
    return told and claim.working is None and claim.relation is Relation.IS and claim.goal is None


def _is_whole(claim: Claim) -> bool:
    return claim.per in (Per.UNSAID, Per.TOTAL) and claim.relation is Relation.IS and claim.value > 0


def _sum(claims: list[Claim]) -> Term:
    """The longest time said of each cause, added up: a layer waits for each of its collectives."""
    by_cause: dict[str, Claim] = {}
    for claim in claims:
        known = by_cause.get(claim.cause)
        if known is None or claim.quantity.low > known.quantity.low:
            by_cause[claim.cause] = claim
    terms = [
        Named(f"of {cause}" if cause else "a layer", claim.quantity.low, claim, claim.quantity.unit)
        for cause, claim in by_cause.items()
    ]
    total: Term = terms[0]
    for term in terms[1:]:
        total = lift(total + term)
    return total
