"""RN106: the operations of a step against parameters and tokens."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.run import judged, most_flops, step_flops
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.held import held
from stratc.rules.rule import Finding, rule

NEAR = 0.1
ADVICE = "count 6 operations for each parameter and token of the batch"


@rule("RN106", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def step_compute_mismatch(case: Case) -> Iterator[Finding]:
    """The operations of a training step are not 6 for each parameter and token.

    ## What it finds
    Operations of a step below 6 × parameters × tokens of the step by more than a tenth, or above it by more than
    half, which neither attention nor recomputation explains.

    ## Why it matters
    Utilisation and step time are worked out from them.

    ## Example
    ```plan
    # Training
    - **Model**: 7B parameters
    - **Batch size**: 1024 sequences
    - **Sequence length**: 4096
    - FLOPs per step: 59 PFLOP   <!-- RN106 -->
    ```

    ## References
    - kaplan-2020, section 2.1
    """
    yield from held(case, judged(case, "step.flops"), step_flops, "for a step", NEAR, ADVICE, most=most_flops(case))
