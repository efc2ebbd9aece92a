"""RN108: the power of all devices."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.run import judged, power
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.held import held
from stratc.rules.rule import Finding, rule

NEAR = 0.06
ADVICE = "multiply the power of a device by their number"


@rule("RN108", category=Category.ARITHMETIC, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def devices_power_mismatch(case: Case) -> Iterator[Finding]:
    """The power of all devices is not their number × the power of one.

    ## What it finds
    A power of all devices together that is not their number × the power of one, where the plan gives all three.

    ## Why it matters
    Power and cooling are ordered by this figure; that of one server trips the breaker.

    ## Example
    ```plan
    - **GPUs**: 32 H100
    - **Power limit per GPU**: 700 W
    - The GPUs together draw 5.6 kW   <!-- RN108 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    yield from held(case, judged(case, "power.devices"), power, "for all devices", NEAR, ADVICE)
