"""RN107: tokens for each parameter."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.run import judged, tokens_each
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.held import held
from stratc.rules.rule import Finding, rule

NEAR = 0.08
ADVICE = "divide the training tokens by the parameters"


@rule("RN107", category=Category.ARITHMETIC, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def tokens_per_parameter_mismatch(case: Case) -> Iterator[Finding]:
    """The tokens for each parameter are not the training tokens over the parameters.

    ## What it finds
    A ratio of training tokens to parameters that neither all parameters nor those that a token uses give.

    ## Why it matters
    The ratio tells how far a model is trained beyond the compute-optimal point.

    ## Example
    ```plan
    # Training
    - **Model**: 2B parameters
    - **Training tokens**: 600B tokens
    - **Tokens per parameter**: 30   <!-- RN107 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    yield from held(case, judged(case, "tokens.parameter"), tokens_each, "for each parameter", NEAR, ADVICE)
