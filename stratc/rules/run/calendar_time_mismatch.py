"""RN103: the calendar time of a run against its goodput."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.run import calendar_seconds, judged
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.held import held
from stratc.rules.rule import Finding, rule

NEAR = 0.06
ADVICE = "divide the undisturbed time by the goodput"


@rule("RN103", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def calendar_time_mismatch(case: Case) -> Iterator[Finding]:
    """The calendar time of a run is not its undisturbed time over the goodput.

    ## What it finds
    Days to be booked for a run that are not the days without failures over the share of the time that makes
    progress.  A time multiplied by that share is shorter than the undisturbed run.

    ## Why it matters
    The reservation ends before the run does.

    ## Example
    ```plan
    # Training
    - **Fault-free run**: 20 days
    - **Goodput**: 80 %
    - **Calendar time**: 16 days   <!-- RN103 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    yield from held(case, judged(case, "run.calendar_days"), calendar_seconds, "in the calendar", NEAR, ADVICE)
