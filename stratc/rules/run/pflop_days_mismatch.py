"""RN114: PFLOP/s-days against operations."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.run import judged, pflop_days
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.held import held
from stratc.rules.rule import Finding, rule

NEAR = 0.1
ADVICE = "divide the operations by 8.64e19"


@rule("RN114", category=Category.ARITHMETIC, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def pflop_days_mismatch(case: Case) -> Iterator[Finding]:
    """The PFLOP/s-days of a run are not its operations over those of such a day.

    ## What it finds
    Days of a PFLOP a second that are not the operations of the run, stated or 6 × parameters × tokens, over 8.64e19.

    ## Why it matters
    Runs are compared by this figure.

    ## Example
    ```plan
    # Training
    - **Training compute**: 8.64e21 FLOP
    - **PFLOP/s-days**: 360   <!-- RN114 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    yield from held(case, judged(case, "run.pflop_days"), pflop_days, "PFLOP/s-days", NEAR, ADVICE)
