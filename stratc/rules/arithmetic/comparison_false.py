"""AR104: a comparison that does not hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from stratc.analysis.case import Case
from stratc.analysis.said.promise import SIGNS
from stratc.arith.unit import BYTE, BYTE_RATE, REQUEST_RATE, SECOND, SEQUENCE_RATE, TOKEN_RATE, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Relation
from stratc.rules.rule import Finding, rule

CATEGORIES = {
    BYTE: Category.MEMORY,
    SECOND: Category.LATENCY,
    BYTE_RATE: Category.COMMUNICATION,
    TOKEN_RATE: Category.THROUGHPUT,
    SEQUENCE_RATE: Category.THROUGHPUT,
    REQUEST_RATE: Category.THROUGHPUT,
}


@rule("AR104", category=Category.CONSISTENCY, severity=Severity.WARNING)
def comparison_false(case: Case) -> Iterator[Finding]:
    """Two figures are compared, and the comparison does not hold.

    ## What it finds
    "68 GB < 85 % of 80 GB ✓", "26 GB does not fit into 40 GB": two figures with a sign or words between them
    that say the wrong thing of them.  Conditions, questions and crosses are no claims; counts are compared only beside
    a tick.

    ## Why it matters
    Such a line is the check itself, and whoever reads on believes that it was made.

    ## Example
    ```plan
    - ✓ Memory per GPU: 74 GB < 72 GB   <!-- AR104 -->
    - ✓ Memory per GPU: 68 GB < 90% of 80 GB
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    for claim in case.claims("comparison"):
        goal = claim.goal
        if goal is None or _holds(claim):
            continue
        equal = claim.value == goal.quantity.value
        yield Finding(
            at=claim,
            message=f"{claim.quantity.show()} {SIGNS[goal.relation]}{_shown(claim)} stated, but the two are equal"
            if equal
            else f"{claim.quantity.show()} {SIGNS[goal.relation]}{_shown(claim)} stated, which does not hold",
            stated=claim.value,
            computed=goal.quantity.value,
            unit=claim.quantity.unit,
            category=CATEGORIES.get(claim.quantity.dimension),
            certainty=Certainty.LIKELY if equal else None,
            also=((replace(claim, places=(goal.span,)), "held to this"),),
            help="correct the figure that is wrong, or the sign",
        )


def _holds(claim: Claim) -> bool:
    """Whether a comparison holds, or would with prefixes in powers of two and figures that are only about right."""
    if claim.goal is None:
        return True
    relation, other = claim.goal.relation, claim.goal.quantity
    if claim.value == other.value:
        about = claim.quantity.approximate or other.approximate
        return about or relation not in (Relation.MORE, Relation.LESS)
    loose = claim.quantity.approximate or other.approximate or claim.quantity.unit != other.unit
    alike = claim.quantity.agrees(other.value) or other.agrees(claim.value)
    return (loose and alike) or relation.holds(claim.value, other.value)


def _shown(claim: Claim) -> str:
    quantity = claim.goal.quantity if claim.goal else claim.quantity
    return quantity.show() if quantity.step else show(quantity.value, quantity.dimension)
