"""SE167: the share of the needed devices that exist, called their utilisation."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.term import Apply
from stratc.arith.unit import PERCENT, figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Known
from stratc.rules.rule import Finding, rule


@rule("SE167", category=Category.SEMANTICS, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def coverage_called_utilisation(case: Case) -> Iterator[Finding]:
    """The devices there are, divided by those that the strategy needs, are called the utilisation of the devices.

    ## What it finds
    A utilisation worked out as the available devices over a larger number of required ones.

    ## Why it matters
    Utilisation is what is used of what there is, and at most all of it.  This quotient says how much of the strategy
    can be placed at all: below 100 % it does not start.

    ## Example
    ```plan
    - **Available GPUs**: 8
    - **GPUs required**: 32
    - **GPU utilization**: 8/32 = 25%   <!-- SE167 -->
    ```

    ## References
    - narayanan-2021, section 3
    """
    available = case.known("hardware.device_count")
    for claim in case.claims("utilisation"):
        needed = _needed(case, claim, available) if available.is_stated else None
        if needed is not None:
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} is {figures(available.value)} devices there over "
                f"{figures(needed.value)} needed: the part of the strategy that can be placed, and no utilisation",
                stated=claim.value,
                unit=PERCENT,
                also=((available, "available"), (needed, "required")),
                help="lower a degree until the devices suffice, then say what is used of them",
            )
            return


def _needed(case: Case, claim: Claim, available: Known[int]) -> Known[int] | Claim | None:
    """The devices needed, where a utilisation is those there are over so many more."""
    working = claim.working
    if not isinstance(working, Apply) or working.op != "÷" or working.left.value != available.value:
        return None
    total = case.fact("strategy.device_count")
    totals = (*((total,) if isinstance(total, Known) else ()), *case.claims("strategy.device_count"))
    return next((each for each in totals if each.value == working.right.value > available.value), None)
