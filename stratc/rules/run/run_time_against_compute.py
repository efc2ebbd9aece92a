"""RN115: the time of a run against its operations."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.run import seconds_by_flops, times
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.held import held
from stratc.rules.rule import Finding, rule

NEAR = 0.1
LONG = 1.4  # times the quotient, above which no restart and no evaluation explains the time
ADVICE = "correct the time, the tokens or the operations a second"


@rule("RN115", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def run_time_against_compute(case: Case) -> Iterator[Finding]:
    """The time of a training run is far above its operations over those that the devices reach.

    ## What it finds
    A time of the run more than four tenths above, or a tenth below, 6 × parameters × tokens over the devices × the
    operations a second that each of them is said to reach.

    ## Why it matters
    Reservations and dates rest on this quotient.

    ## Example
    ```plan
    # Training
    - **Model**: 13B parameters
    - **Training tokens**: 1T tokens
    - **GPUs**: 128 A100
    - **Achieved TFLOPS per GPU**: 150 TFLOPS
    - **Training time**: 94 days   <!-- RN115 -->
    ```

    ## References
    - kaplan-2020, section 2.1
    """
    yield from held(case, times(case), seconds_by_flops, "for the run", NEAR, ADVICE, most=LONG)
