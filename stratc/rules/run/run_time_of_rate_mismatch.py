"""RN116: the time of a run against tokens and throughput."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.phase import trains
from stratc.analysis.run import DAYS, judged, seconds_by_rate, works_out
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.held import held
from stratc.rules.rule import Finding, rule

NEAR = 0.06
LONG = 1.25
ADVICE = "correct the time, the tokens or the throughput"


@rule("RN116", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def run_time_of_rate_mismatch(case: Case) -> Iterator[Finding]:
    """The time of a run is not its tokens over the tokens a second.

    ## What it finds
    A time of a run below its tokens over the throughput of all devices, or more than a quarter above, in a plan that
    does not give all three where PE136 looks for them.

    ## Why it matters
    Reservations and dates rest on this quotient.

    ## Example
    ```plan
    # Schedule
    - **Tokens**: 1.5T
    - **Throughput**: 2,000,000 tokens/s
    - **Duration**: 15 days   <!-- RN116 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    readings = seconds_by_rate(case)
    times = judged(case, *DAYS) or judged(case, "run.net_days")
    told_already = trains(case) and any(case.claims("latency.training")) and any(case.claims("tokens.training"))
    if not told_already and not works_out(case, readings):
        yield from held(times, readings, "for the run", NEAR, ADVICE, most=LONG)
