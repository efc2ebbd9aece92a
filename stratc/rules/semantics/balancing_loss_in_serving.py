"""SE166: a loss that is said to balance experts while a trained model is served."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.said.phase import serves, trains
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule


@rule("SE166", category=Category.SEMANTICS, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def balancing_loss_in_serving(case: Case) -> Iterator[Finding]:
    """An auxiliary loss is said to balance the experts of a model that is served.

    ## What it finds
    "The auxiliary loss keeps the experts balanced" in a plan that serves and does not train.

    ## Why it matters
    The loss changes the router while it is trained.  In serving there is no loss; the load follows from the requests,
    and copies of busy experts or another placement balance it.

    ## Example
    ```plan
    # Serving
    - **Experts**: 32
    - **TTFT**: ≤ 2 s
    - The auxiliary loss keeps the load of all experts equal   <!-- SE166 -->
    ```

    ## References
    - lepikhin-2020, section 2.2
    """
    if trains(case) or not serves(case):
        return
    for mention in case.mentions("loss_balances_load", roles=(Role.PLAN, Role.TARGET)):
        yield Finding(
            at=mention,
            message="a loss said to balance the experts, but a server has none: it works only in training",
            label="said here",
            help="replicate the busiest experts, or place them by measured load",
        )
