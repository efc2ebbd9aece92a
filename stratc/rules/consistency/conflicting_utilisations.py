"""CN112: one utilisation with two values."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.unit import PERCENT
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Relation
from stratc.rules.rule import Finding, rule

ROUNDING = 0.01
PART = 1.9  # a share this much smaller belongs to a part
METRICS = ("utilisation", "utilisation.pipeline", "utilisation.experts", "bubble")


@rule("CN112", category=Category.CONSISTENCY, severity=Severity.INFO, certainty=Certainty.LIKELY)
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
        said = [each for each in case.claims(metric) if each.metric == metric and _is_plain(each)]
        groups = dict.fromkeys((each.cause, each.scope.strategy) for each in said)
        for group in groups:
            alike = [each for each in said if (each.cause, each.scope.strategy) == group]
            main = max(alike, key=lambda each: _weight(each, alike))  # max keeps the first of equals
            for other in alike:
                if main.context != other.context and _is_another(main, other):
                    yield _finding(main, other)


def _finding(main: Claim, other: Claim) -> Finding:
    return Finding(
        at=other,
        message=f"{other.quantity.show()} here, but {main.quantity.show()} elsewhere",
        stated=other.value,
        computed=main.value,
        unit=PERCENT,
        also=((main, "another value"),),
        help="keep one of the two, or say what each is for",
    )


def _is_plain(claim: Claim) -> bool:
    exact = claim.relation is Relation.IS and not claim.quantity.approximate
    return exact and claim.goal is None and claim.working is None and claim.index is None


def _weight(claim: Claim, among: list[Claim]) -> int:
    """In how many places a figure stands."""
    return sum(len(each.places) for each in among if each.quantity == claim.quantity)


def _is_another(main: Claim, other: Claim) -> bool:
    """Whether two shares can only be two opinions of one: apart, but not as a part is from its whole."""
    if main.value >= 1 or other.value >= 1:
        return False  # what is said of a whole, or for emphasis
    low, high = sorted((main.quantity, other.quantity), key=lambda each: each.low)
    return low.high * (1 + ROUNDING) < high.low <= low.high * PART
