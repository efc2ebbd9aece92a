"""RN202: the time of a checkpoint."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.checkpoints import save_seconds
from stratc.analysis.figures.run import judged
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.held import held
from stratc.rules.rule import Finding, rule

NEAR = 0.15  # small files and metadata take their time
ADVICE = "divide the size of the checkpoint by the rate"


@rule("RN202", category=Category.ARITHMETIC, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def checkpoint_time_mismatch(case: Case) -> Iterator[Finding]:
    """The time of writing a checkpoint is not its size over the rate.

    ## What it finds
    A time for one checkpoint that is not its size over the stated rate of the storage; of two rates either will do.

    ## Why it matters
    The interval of checkpoints is chosen by what each costs; a rate in gigabits taken for gigabytes is off by eight.

    ## Example
    ```plan
    # Training
    ## Checkpoints
    - **Checkpoint size**: 400 GB
    - **Write rate of the file system**: 40 GB/s
    - **Time per checkpoint**: 80 s   <!-- RN202 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    yield from held(case, judged(case, "checkpoint.time"), save_seconds, "for a checkpoint", NEAR, ADVICE)
