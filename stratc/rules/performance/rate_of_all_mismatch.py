"""PE137: the rate of all devices or replicas against that of each, said beside it."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.workings import doubtful
from stratc.analysis.layout.devices import device_count
from stratc.analysis.said.factors import figures_of
from stratc.arith.term import Apply, Literal, Named, Term, lift
from stratc.arith.unit import show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule

NEAR = 0.05  # figures that were rounded before they were multiplied


@rule("PE137", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def rate_of_all_mismatch(case: Case) -> Iterator[Finding]:
    """A rate of all devices or replicas is not the rate of each, given beside it, times their number.

    ## What it finds
    Two rates of tokens, sequences or requests in one sentence or in two that follow each other, one of them of each
    GPU, node or replica and the other of all of them.  Their number is the one in the text, else that of the plan.

    ## Why it matters
    The time and the cost of the whole job are worked out from one of the two.

    ## Example
    ```plan
    Each GPU trains at 2,500 tokens/s, the 16 GPUs together at 60,000 tokens/s. <!-- PE137 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    rates = tuple(case.claims("throughput.tokens"))
    wholes = any(each.per in (Per.TOTAL, Per.REPLICA) for each in rates)
    compared = {span for each in rates if wholes for span in each.spans()}  # by another rule, with that of a device
    refuted = {span for claim in doubtful(case) for span in claim.spans()}  # by their own workings
    for claim in case.claims("rate.all", "rate.each"):
        places = {*claim.spans(), *(_places(claim.working) if claim.working is not None else ())}
        if not refuted.isdisjoint(places) or (claim.per is Per.DEVICE and not compared.isdisjoint(places)):
            continue
        computed = _computed(case, claim)
        if computed is None or _holds(claim, computed.value):
            continue
        of_all = claim.metric == "rate.all"
        yield Finding(
            at=claim,
            message=f"{claim.quantity.show()} for {'all' if of_all else 'each'} stated, but {computed} = "
            f"{show(computed.value, claim.quantity.unit)}",
            because=computed,
            stated=claim.value,
            unit=claim.quantity.unit,
            help="correct the rate of each, the rate of all or their number",
        )


def _computed(case: Case, claim: Claim) -> Term | None:
    """The other rate times or over their number; None where the plan does not say how many there are."""
    if claim.working is None or isinstance(claim.working, Apply):
        return claim.working
    if claim.scope.strategy or claim.per is Per.NODE:
        return None  # of one pool, or of nodes that nobody counts
    other = Named("", claim.working.value, claim, claim.quantity.unit)
    number = device_count(case) if claim.per is Per.DEVICE else case.number("strategy.dp")
    return lift(number * other) if claim.metric == "rate.all" else lift(other / number)


def _places(term: Term) -> Iterator[object]:
    return (each.span for each in figures_of(term) if isinstance(each, Literal) and each.span is not None)


def _holds(claim: Claim, computed: float) -> bool:
    return claim.quantity.agrees(computed) or abs(claim.value - computed) <= NEAR * max(claim.value, computed)
