"""RN203: the storage of all checkpoints."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.checkpoints import stored_bytes
from stratc.analysis.figures.run import judged
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.held import held
from stratc.rules.rule import Finding, rule

NEAR = 0.06
ADVICE = "multiply the size of a checkpoint by their number"


@rule("RN203", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def checkpoint_storage_mismatch(case: Case) -> Iterator[Finding]:
    """The storage of all checkpoints is not their number × the size of one.

    ## What it finds
    Space for checkpoints that is not the size of one × those kept, or × those that the run writes where none is
    deleted.

    ## Why it matters
    A full disk stops the run at a checkpoint.

    ## Example
    ```plan
    # Training
    ## Checkpoints
    - **Checkpoint size**: 400 GB
    - **Kept**: last 5
    - **Space for kept checkpoints**: 1.2 TB   <!-- RN203 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    yield from held(case, judged(case, "checkpoint.storage"), stored_bytes, "for all checkpoints", NEAR, ADVICE)
