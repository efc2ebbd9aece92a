"""RN110: the cost of a run against device-hours and price."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.run import costs, judged
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.held import held
from stratc.rules.rule import Finding, rule

NEAR = 0.08
ADVICE = "multiply the device-hours by their price"


@rule("RN110", category=Category.ARITHMETIC, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def run_cost_mismatch(case: Case) -> Iterator[Finding]:
    """The cost of a run is not its device-hours × the price of one.

    ## What it finds
    A cost of the run that is not the device-hours stated × their price, nor devices × hours × price.  Silent where
    the lines beside it work it out, and where it counts a discount or a reserve as well.

    ## Why it matters
    The budget is approved by this figure.

    ## Example
    ```plan
    # Training
    - **GPUs**: 64 H100
    - **Training time**: 10 days
    - **Price per GPU-hour**: $2.00

    ## Budget
    - Cost of the run: $3,072   <!-- RN110 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    yield from held(case, judged(case, "cost.run"), costs, "for the run", NEAR, ADVICE)
