"""RN112: what of a collective nothing hides."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.run import exposed_seconds, judged
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.held import held
from stratc.rules.rule import Finding, rule

NEAR = 0.08
ADVICE = "take the hidden share off the time of the collective"


@rule("RN112", category=Category.COMMUNICATION, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def exposed_time_mismatch(case: Case) -> Iterator[Finding]:
    """The exposed time of a collective is not the share of it that nothing hides.

    ## What it finds
    A time of communication that stays visible in a step, beside the time of the collective and the share of it that
    hides behind computation, where it is not the rest of that time.

    ## Why it matters
    The exposed time goes into every step; the hidden part in its place makes overlap look useless.

    ## Example
    ```plan
    # Training
    - The gradient all-reduce takes 800 ms
    - 90 % of it is hidden behind the backward pass
    - Exposed: 720 ms   <!-- RN112 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    yield from held(case, judged(case, "time.exposed"), exposed_seconds, "exposed", NEAR, ADVICE)
