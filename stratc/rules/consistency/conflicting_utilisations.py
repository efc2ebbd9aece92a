"""CN112: one utilisation with two values."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from stratc.analysis.case import Case
from stratc.arith.unit import PERCENT
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Relation
from stratc.rules.rule import Finding, rule

METRICS = ("utilisation", "utilisation.pipeline", "utilisation.experts", "bubble")


@rule("CN112", category=Category.CONSISTENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def conflicting_utilisations(case: Case) -> Iterator[Finding]:
    """One utilisation or bubble has two values that no rounding and no range brings together.

    ## What it finds
    Two figures for the same share, counted for the same thing, neither a bound nor a goal.

    ## Why it matters
    At most one can follow from the plan; throughput built on the other is wrong by their ratio.

    ## Example
    ```plan
    ## Performance
    - **GPU utilization**: 95%

    ## Validation
    - **GPU utilization**: 70%   <!-- CN112 -->
    ```

    ## References
    - ieee-29148-2018, consistency of requirements
    """
    for metric in METRICS:
        exact = [each for each in case.claims(metric) if each.metric == metric and _is_plain(each)]
        for first, second in pairwise(exact):
            if _same_thing(first, second) and _apart(first, second, case.tolerance):
                yield Finding(
                    at=second,
                    message=f"{second.quantity.show()} here, but {first.quantity.show()} before",
                    stated=second.value,
                    computed=first.value,
                    unit=PERCENT,
                    also=((first, "another value"),),
                    help="keep one of the two, or say what each is for",
                )


def _is_plain(claim: Claim) -> bool:
    return claim.relation is Relation.IS and claim.goal is None and claim.working is None and claim.index is None


def _same_thing(first: Claim, second: Claim) -> bool:
    return (first.per, first.cause, first.scope.strategy) == (second.per, second.cause, second.scope.strategy)


def _apart(first: Claim, second: Claim, tolerance: float) -> bool:
    low, high = sorted((first.quantity, second.quantity), key=lambda each: each.low)
    slack = max(tolerance, 0.1 if low.approximate or high.approximate else 0.0)
    return high.low > low.high * (1 + slack)
