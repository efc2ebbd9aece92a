"""RN201: the size of a checkpoint."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.checkpoints import saved_bytes
from stratc.analysis.figures.run import judged
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.held import held
from stratc.rules.rule import Finding, rule

NEAR = 0.08
ADVICE = "multiply the parameters by the bytes of each"


@rule("RN201", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def checkpoint_size_mismatch(case: Case) -> Iterator[Finding]:
    """The size of a checkpoint is not the parameters × the bytes it has of each.

    ## What it finds
    A checkpoint whose stated size is not parameters × stated bytes of a parameter.

    ## Why it matters
    Storage, write time and restart time follow from the size.

    ## Example
    ```plan
    # Training
    - **Model**: 13B parameters

    ## Checkpoints
    - **Bytes per parameter**: 14
    - **Checkpoint size**: 26 GB   <!-- RN201 -->
    ```

    ## References
    - rajbhandari-2020, section 3.1
    """
    yield from held(case, judged(case, "checkpoint.size"), saved_bytes, "for a checkpoint", NEAR, ADVICE)
