"""AR203: one rate with two times."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from stratc.analysis.case import Case
from stratc.arith.unit import TOKEN_RATE
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule


@rule("AR203", category=Category.UNITS, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def rate_per_wrong_time(case: Case) -> Iterator[Finding]:
    """The same number of tokens is given per millisecond in one place and per second in another.

    ## What it finds
    Two throughput figures of the same kind, equal in number but not in the unit of time.

    ## Why it matters
    They are a thousand times apart; one of them is a slip, and the plan does not show which.

    ## Example
    ```plan
    ## Performance
    - **Total throughput**: 320 tokens/ms

    ## Summary
    - **Total throughput**: 320 tokens/s   <!-- AR203 -->
    ```

    ## References
    - iso-80000-3, time
    """
    claims = list(case.claims("throughput.tokens", roles=(Role.PLAN, Role.TARGET)))
    for first, second in combinations(claims[:60], 2):
        if first.per is second.per and _same_number_other_time(first, second):
            yield Finding(
                at=second,
                message=f"{second.quantity.show()} here, but {first.quantity.show()} before: "
                f"{max(first.value, second.value) / min(first.value, second.value):,.0f} times apart",
                stated=second.value,
                computed=first.value,
                unit=TOKEN_RATE,
                also=((first, "the same number, another time"),),
                help="give both in one unit of time",
            )


def _same_number_other_time(first: Claim, second: Claim) -> bool:
    one, other = first.quantity, second.quantity
    if not one.value or one.unit.scale == other.unit.scale:
        return False
    return abs(one.value / one.unit.scale - other.value / other.unit.scale) < 1e-9 * abs(one.value / one.unit.scale)
