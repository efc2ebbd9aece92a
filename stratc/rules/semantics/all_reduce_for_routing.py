"""SE116: tokens routed by an all-reduce."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule


@rule("SE116", category=Category.SEMANTICS, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def all_reduce_for_routing(case: Case) -> Iterator[Finding]:
    """An all-reduce is said to route tokens to their experts.

    ## What it finds
    "All-reduce for expert routing" or the same the other way round, "an all-reduce to combine tokens", "an all-reduce
    dispatches the tokens", in a plan whose experts lie on several devices.

    ## Why it matters
    Routing sends every token to the devices of its experts and back: two all-to-all operations in each layer.  An
    all-reduce adds up equal shapes and moves every token to every device; its volume and its time are others.

    ## Example
    ```plan
    - **Expert parallelism**: EP = 8
    - Hierarchical all-reduce for expert routing   <!-- SE116 -->
    ```

    ## References
    - lepikhin-2020, section 3
    """
    degree = case.known("strategy.ep")
    for mention in case.mentions("all_reduce_for_routing", roles=(Role.PLAN, Role.ALTERNATIVE)):
        if degree.value > 1:
            yield Finding(
                at=mention,
                message=f"an all-reduce said to route tokens over {degree.value} expert-parallel devices, which takes "
                "an all-to-all before the experts and one after them",
                label="said here",
                also=((degree, "expert parallelism"),),
                help="plan for two all-to-all operations in every layer with experts",
            )
