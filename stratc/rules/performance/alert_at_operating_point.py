"""PE122: an alert that fires at the figures of the plan itself."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.said.promise import is_above, is_below, said
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.scope import Role
from stratc.ir.statement import FLOORS, Per, Relation
from stratc.rules.rule import Finding, rule


@rule("PE122", category=Category.CONSISTENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def alert_at_operating_point(case: Case) -> Iterator[Finding]:
    """An alert fires at the very figures that the plan expects.

    ## What it finds
    An alert for more time, memory or idleness, or for less throughput or utilisation, than a bound, where every figure
    that the plan expects lies beyond it.  Percentiles are left alone: they are no means.

    ## Why it matters
    An alert that is always on is soon passed over, and tells nothing when something breaks.

    ## Example
    ```plan
    - **TTFT**: 640 ms

    ## Alerts
    - Alert when TTFT > 500 ms <!-- PE122 -->
    ```

    ## References
    - beyer-2016, chapter 6
    """
    for alert in case.claims("alert.figure", roles=(Role.TARGET,)):
        planned = [each for each in case.claims(alert.cause) if _is_expected(each, alert)]
        if planned and all(_fires(alert, each) for each in planned):
            yield Finding(
                at=alert,
                message=f"an alert at {said(alert)}, but the plan itself expects {planned[0].quantity.show()}",
                stated=alert.value,
                computed=planned[0].value,
                unit=alert.quantity.unit,
                also=((planned[0], "expected here"),),
                help="set the alert beyond what is expected",
            )


def _is_expected(claim: Claim, alert: Claim) -> bool:
    same = claim.metric == alert.cause and claim.quantity.dimension == alert.quantity.dimension
    return same and claim.relation is Relation.IS and (claim.per is alert.per or Per.UNSAID in (claim.per, alert.per))


def _fires(alert: Claim, claim: Claim) -> bool:
    """Whether all of an expected figure lies beyond the bound, by more than rounding."""
    above = alert.relation in FLOORS
    return is_above(claim, alert.quantity.high) if above else is_below(claim, alert.quantity.low)
