"""RN205: the share of the time that checkpoints take."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.checkpoints import save_shares
from stratc.analysis.figures.run import judged
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.held import held
from stratc.rules.rule import Finding, rule

NEAR = 0.12
ADVICE = "divide the time of a checkpoint by the interval"


@rule("RN205", category=Category.ARITHMETIC, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def checkpoint_share_mismatch(case: Case) -> Iterator[Finding]:
    """The share of the time that checkpoints take is not the time of one over the interval.

    ## What it finds
    An overhead of checkpoints that is not the time of one over the time from one to the next, with or without its own
    time.

    ## Why it matters
    The interval of checkpoints weighs this share against the work that a failure loses.

    ## Example
    ```plan
    # Training
    - **Step time**: 6 s

    ## Checkpoints
    - **Time per checkpoint**: 60 s
    - **Checkpoint every**: 500 steps
    - **Checkpoint overhead**: 12 %   <!-- RN205 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    yield from held(case, judged(case, "checkpoint.share"), save_shares, "of the time", NEAR, ADVICE)
