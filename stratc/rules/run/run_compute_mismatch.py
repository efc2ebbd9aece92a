"""RN105: the operations of a run against parameters and tokens."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.run import judged, most_flops, run_flops
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.held import held
from stratc.rules.rule import Finding, rule

NEAR = 0.1
ADVICE = "count 6 operations for each parameter and token"


@rule("RN105", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def run_compute_mismatch(case: Case) -> Iterator[Finding]:
    """The operations of a training run are not 6 for each parameter and token.

    ## What it finds
    Operations of the whole run below 6 × parameters × tokens by more than a tenth, or above it by more than half, which
    neither attention nor recomputation explains.  Of a model with experts the parameters that a token uses count.

    ## Why it matters
    Days and cost follow from the operations; 2 for each parameter and token are those of the forward pass alone.

    ## Example
    ```plan
    # Training
    - **Model**: 7B parameters
    - **Training tokens**: 2T tokens
    - **Total compute**: 2.8e22 FLOP   <!-- RN105 -->
    ```

    ## References
    - kaplan-2020, section 2.1
    """
    yield from held(case, judged(case, "run.flops"), run_flops, "for the run", NEAR, ADVICE, most=most_flops(case))
