"""AR105: a gain of all that is not what the gains before it come to."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.term import Apply, Literal, Term
from stratc.arith.unit import PERCENT
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule

ROLES = (Role.PLAN, Role.TARGET, Role.EARLIER)
NEAR = 0.06  # gains are rounded freely
SLACK = 0.02
CATEGORIES = {"throughput": Category.THROUGHPUT, "latency": Category.LATENCY, "memory": Category.MEMORY}


@rule("AR105", category=Category.ARITHMETIC, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def gains_not_compounded(case: Case) -> Iterator[Finding]:
    """The gain of all measures together is not what they come to one after another.

    ## What it finds
    A list, a column or a sentence of factors or percentages with an overall one that is neither their product nor
    explained by parts of different weight: percentages that were added up, factors that give more or less together.
    Where parts of the whole gain (computation, communication), the whole gains no more than the largest of them.

    ## Why it matters
    Savings of 40 %, 25 % and 30 % leave 31.5 %, not 5 %: what is planned with the sum is short of what there will be.

    ## Example
    ```plan
    ## Activation memory
    - **Selective recomputation**: 40% reduction
    - **Sequence parallelism**: 25% reduction
    - **Offloading**: 30% reduction
    - **Total reduction**: 95% <!-- AR105 -->
    ```

    ## References
    - amdahl-1967
    """
    for claim in case.claims("gain", roles=ROLES):
        if claim.working is not None and _is_off(claim, claim.working):
            yield _finding(claim, claim.working)


def _is_off(claim: Claim, working: Term) -> bool:
    gains = [each.value for each in _written(working)]
    most, everything, value = max(gains), sum(gains), claim.value
    if claim.quantity.agrees(working.value, NEAR):
        return False
    if claim.quantity.unit != PERCENT:
        return value > most * (1 + SLACK) or (claim.metric == "gain.steps" and bool(claim.cause))
    if working.value > everything:  # percentages that rise, which are often added
        return value > working.value * (1 + NEAR)
    shares = claim.metric == "gain.parts" and value <= min(1.0, everything * (1 + SLACK))
    return value > most * (1 + SLACK) and not shares


def _written(term: Term) -> Iterator[Literal]:
    """The gains that the document writes, without the ones of the formula."""
    match term:
        case Apply(_, left, right):
            yield from (*_written(left), *_written(right))
        case Literal(span=span) if span is not None:
            yield term


def _finding(claim: Claim, working: Term) -> Finding:
    gains = [each.value for each in _written(working)]
    factors = claim.quantity.unit != PERCENT
    added = abs(claim.value - sum(gains)) <= SLACK * claim.value
    whole = "no part gains more than" if claim.metric == "gain.parts" else f"{working} ="
    shown = claim.quantity.show(max(gains) if claim.metric == "gain.parts" else working.value)
    times = "×" if factors else ""
    return Finding(
        at=claim,
        message=f"{claim.quantity.show()}{times} stated for all gains together, but {whole} {shown}{times}"
        + (": they were added up" if added else ""),
        because=working,
        stated=claim.value,
        computed=working.value,
        unit=claim.quantity.unit,
        category=CATEGORIES.get(claim.cause),
        help="multiply the gains, or say what weight each has",
    )
