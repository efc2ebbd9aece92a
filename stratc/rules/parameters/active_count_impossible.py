"""PA105: the parameters a token uses against all parameters and the routing."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.term import Term, lift
from stratc.arith.unit import PARAMETER, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.rules.rule import Finding, rule

ROUNDED = 1.2  # sizes in names are rounded


@rule("PA105", category=Category.PARAMETERS, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def active_count_impossible(case: Case) -> Iterator[Finding]:
    """The parameters that a token uses are more than the model has, or fewer than its share of the experts.

    ## What it finds
    Active parameters above the declared size, or below the size times routed experts over all experts, which is what
    a token would use if the model were experts alone.

    ## Why it matters
    Computation and decode bandwidth follow from the active parameters; both are wrong by the same factor.

    ## Example
    ```plan
    - **Model size**: 48B parameters
    - **Experts per layer**: 16
    - **Top-k**: 4
    - **Active parameters**: 3B per token   <!-- PA105 -->
    ```

    ## References
    - jiang-2024, section 2.1
    """
    size = lift(case.number("model.parameters"))
    for claim in case.claims("parameters.active"):
        if claim.quantity.low > size.value * ROUNDED:
            yield _finding(claim, size, "the model has")
            continue
        least = size * case.number("model.top_k") / case.number("model.experts")
        if claim.quantity.high * ROUNDED < least.value:
            yield _finding(claim, least, "the routed experts alone are")


def _finding(claim: Claim, computed: Term, words: str) -> Finding:
    return Finding(
        at=claim,
        message=f"{claim.quantity.show()} used by a token, but {words} {show(computed.value, PARAMETER)}",
        because=computed,
        stated=claim.value,
        unit=PARAMETER,
        help="add attention, embeddings and the routed experts of every layer",
    )
