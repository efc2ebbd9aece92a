"""CN108: more experts a token than there are."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule


@rule("CN108", category=Category.CONSISTENCY, severity=Severity.ERROR)
def top_k_above_experts(case: Case) -> Iterator[Finding]:
    """A token is routed to more experts than a layer has.

    ## What it finds
    A top-k above the number of routed experts.

    ## Why it matters
    No router can choose so many; one of the two figures is wrong, and with it every count of active parameters.

    ## Example
    ```plan
    - **Experts per layer**: 4
    - **Top-K**: 8   <!-- CN108 -->
    ```

    ## References
    - shazeer-2017, section 2
    """
    experts, top_k = case.known("model.experts"), case.known("model.top_k")
    if top_k.value > experts.value > 0:
        yield Finding(
            at=top_k,
            message=f"top-{top_k.value} routing over {experts.value} experts",
            stated=top_k.value,
            computed=experts.value,
            also=((experts, "experts"),),
            help="correct one of the two",
        )
