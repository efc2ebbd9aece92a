"""RN102: the time of a run against its steps."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.run import seconds_by_steps, seconds_by_steps_and_goodput, times, works_out
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.held import held
from stratc.rules.rule import Finding, rule

NEAR = 0.06
LONG = 1.25  # times the product, above which no restart and no evaluation explains the time
ADVICE = "correct the time, the steps or the time of a step"


@rule("RN102", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def run_time_mismatch(case: Case) -> Iterator[Finding]:
    """The time of a training run is not its steps × the time of a step.

    ## What it finds
    A time of the run below its steps × the time of a step, or more than a quarter above: restarts and evaluation take
    that much at most without a word of it.  The steps are those stated, or tokens of the run over tokens of a step; a
    goodput that the plan states counts too.

    ## Why it matters
    Reservations and dates rest on this product, and both factors stand in the plan.

    ## Example
    ```plan
    # Training
    - **Steps**: 50,000
    - **Step time**: 8 s
    - **Duration**: 9 days   <!-- RN102 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    told = times(case)
    if not told or works_out(case, seconds_by_steps(case)):
        return  # which goes on to more devices, or to several phases
    yield from held(case, told, seconds_by_steps_and_goodput, "for the run", NEAR, ADVICE, most=LONG)
