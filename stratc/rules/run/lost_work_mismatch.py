"""RN206: the work that a failure loses."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.checkpoints import lost_seconds
from stratc.analysis.figures.run import judged
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.held import held
from stratc.rules.rule import Finding, rule

NEAR = 0.15
ADVICE = "halve the interval"


@rule("RN206", category=Category.ARITHMETIC, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def lost_work_mismatch(case: Case) -> Iterator[Finding]:
    """The work that a failure loses is not half of the checkpoint interval.

    ## What it finds
    A time of work lost by a failure, said of the mean, that is not half of the time from one checkpoint to the next.

    ## Why it matters
    The interval of checkpoints weighs this loss against the time of a checkpoint.

    ## Example
    ```plan
    # Training
    ## Checkpoints
    - **Checkpoint every**: 2 hours
    - A failure loses 2 hours of work on average   <!-- RN206 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    yield from held(case, judged(case, "checkpoint.lost"), lost_seconds, "lost", NEAR, ADVICE)
