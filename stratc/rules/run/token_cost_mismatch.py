"""RN111: the cost of a million tokens."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.run import judged, million_costs
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.held import held
from stratc.rules.rule import Finding, rule

NEAR = 0.1
ADVICE = "divide the price of all devices for an hour by their tokens of an hour"


@rule("RN111", category=Category.ARITHMETIC, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def token_cost_mismatch(case: Case) -> Iterator[Finding]:
    """The cost of a million tokens is not that of the devices over the tokens of the same time.

    ## What it finds
    A cost of a million tokens that is not devices × price of a device-hour over the tokens that they make in an hour
    at the throughput of the plan.

    ## Why it matters
    Prices are set by this figure.

    ## Example
    ```plan
    # Serving
    - **GPUs**: 8 H100
    - **Price per GPU-hour**: $2.50
    - **Throughput**: 5,000 tokens/s
    - **Cost per million tokens**: $0.14   <!-- RN111 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    yield from held(case, judged(case, "cost.tokens"), million_costs, "for a million tokens", NEAR, ADVICE)
