"""CN125: a check against another limit than the one that is required."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.said.promise import SIGNS, more_is_better, said
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.scope import Role
from stratc.ir.statement import CEILINGS, FLOORS, Relation
from stratc.rules.rule import Finding, rule

HELD = ("latency.ttft", "latency.tpot", "latency.step", "throughput.tokens", "throughput.requests")


@rule("CN125", category=Category.CONSISTENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def requirement_misquoted(case: Case) -> Iterator[Finding]:
    """A figure is checked against a laxer limit than the requirement sets.

    ## What it finds
    A comparison of a latency or a rate with a bound that is laxer than the only one that the requirements give
    for it.  Stricter bounds are margins, and where several are required nothing is said.

    ## Why it matters
    The check says that a requirement is met which nobody compared; the next revision may miss it unnoticed.

    ## Example
    ```plan
    ## Requirements
    - **TTFT**: ≤ 3 s

    ## Checks
    - ✅ TTFT 1.4 s ≤ 5 s   <!-- CN125 -->
    ```

    ## References
    - ieee-29148-2018, consistency of requirements
    """
    held = {claim.spans()[0]: claim for claim in case.claims(*HELD) if claim.relation is Relation.IS}
    for claim in case.claims("comparison"):
        figure = held.get(claim.spans()[0])
        if claim.goal is None or figure is None:
            continue
        asked = _required(case, figure, claim)
        more = more_is_better(figure)
        if asked is None or claim.goal.relation not in (FLOORS if more else CEILINGS):
            continue
        bound = claim.goal.quantity
        laxer = bound.value < asked.value if more else bound.value > asked.value
        if laxer and not bound.agrees(asked.value) and not asked.quantity.agrees(bound.value):
            yield Finding(
                at=claim,
                message=f"held to {SIGNS[claim.goal.relation]}{bound.show()} here, but {said(asked)} is required",
                stated=bound.value,
                computed=asked.value,
                unit=asked.quantity.unit,
                also=((asked, "the requirement"),),
                help="check the figure against the requirement",
            )


def _required(case: Case, figure: Claim, compared: Claim) -> Claim | None:
    """The one bound that the plan sets for a metric in another line; None where there are several or none."""
    relations = FLOORS if more_is_better(figure) else CEILINGS
    bounds = [
        each
        for each in case.claims(figure.metric, roles=(Role.TARGET,))
        if each.relation in relations and each.context != compared.context and not each.quantity.is_range
    ]
    return bounds[0] if len({(each.value, each.per) for each in bounds}) == 1 else None
