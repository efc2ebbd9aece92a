"""RN204: the checkpoints of a day."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.checkpoints import daily_bytes
from stratc.analysis.figures.run import judged
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.held import held
from stratc.rules.rule import Finding, rule

NEAR = 0.06
ADVICE = "multiply the size of a checkpoint by those of a day"


@rule("RN204", category=Category.ARITHMETIC, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def checkpoint_traffic_mismatch(case: Case) -> Iterator[Finding]:
    """The bytes of checkpoints written in a day are not their number in a day × the size of one.

    ## What it finds
    Bytes written in a day that are not the size of a checkpoint × the checkpoints of a day, by the stated interval or
    by its steps × the time of a step.

    ## Why it matters
    File systems and links are shared; their load is planned by the day.

    ## Example
    ```plan
    # Training
    - **Step time**: 9 s

    ## Checkpoints
    - **Checkpoint size**: 400 GB
    - **Checkpoint every**: 400 steps
    - **Written per day**: 4.8 TB   <!-- RN204 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    yield from held(case, judged(case, "checkpoint.daily"), daily_bytes, "a day", NEAR, ADVICE)
