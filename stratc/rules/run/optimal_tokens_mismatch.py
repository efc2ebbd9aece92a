"""RN113: the tokens of a compute-optimal run."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.run import judged, optimal_tokens
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.held import held
from stratc.rules.rule import Finding, rule

NEAR = 0.08
ADVICE = "multiply the parameters by the tokens of each"


@rule("RN113", category=Category.ARITHMETIC, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def optimal_tokens_mismatch(case: Case) -> Iterator[Finding]:
    """The tokens of a compute-optimal run are not the parameters × the tokens of each.

    ## What it finds
    Tokens called optimal for the model that are not its parameters × the stated tokens for each.

    ## Why it matters
    The plan judges its own budget by this figure.

    ## Example
    ```plan
    # Training
    - **Model**: 7B parameters
    - Chinchilla's 20 tokens per parameter call for 70B tokens   <!-- RN113 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    yield from held(case, judged(case, "tokens.optimal"), optimal_tokens, "", NEAR, ADVICE)
