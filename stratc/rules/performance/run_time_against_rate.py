"""PE136: the time of a training run against its tokens and their rate."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.run import seconds_by_rate, times, works_out
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.held import held
from stratc.rules.rule import Finding, rule

NEAR = 0.1  # of rounded figures
LONG = 1.5  # times the quotient, above which no restart and no evaluation explains the time
ADVICE = "correct the time, the tokens or the throughput"


@rule("PE136", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def run_time_against_rate(case: Case) -> Iterator[Finding]:
    """The time of a training run is not its tokens over the tokens a second of the plan.

    ## What it finds
    The only time of a run, its tokens and the only throughput of a plan, of all devices or of one, where the time is
    less than nine tenths of the quotient, or more than one and a half times as much.  Silent for a time that brings its
    own working, and where the plan works out the quotient itself.

    ## Why it matters
    Cost and date of the run follow from these three figures; one of them is wrong.

    ## Example
    ```plan
    # Training
    - **Training tokens**: 1T tokens
    - **Throughput**: 1,200,000 tokens/s
    - **Training time**: 25 days   <!-- PE136 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    told = times(case)
    if told and not works_out(case, seconds_by_rate(case)):
        yield from held(case, told, seconds_by_rate, "for the run", NEAR, ADVICE, most=LONG)
