"""RN207: the time between two checkpoints against the steps between them."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.checkpoints import intervals_told_twice, seconds_between_steps
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.held import held
from stratc.rules.rule import Finding, rule

NEAR = 0.1
ADVICE = "multiply the steps by the time of one"


@rule("RN207", category=Category.ARITHMETIC, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def checkpoint_interval_mismatch(case: Case) -> Iterator[Finding]:
    """The time from one checkpoint to the next is not that of the steps said with it.

    ## What it finds
    "Every 500 steps (2.5 hours)" where 500 steps take another time: by the time of a step, by the tokens of a step and
    the throughput, or by the time and the steps of the whole run.  One of these that agrees silences it.

    ## Why it matters
    The time is what a failure may lose, and what the checkpoint's own time is weighed against.

    ## Example
    ```plan
    # Training
    - **Step time**: 33 s

    ## Checkpoints
    - A checkpoint is written every 500 steps (about 2.5 hours)   <!-- RN207 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    yield from held(case, intervals_told_twice(case), seconds_between_steps, "between checkpoints", NEAR, ADVICE)
