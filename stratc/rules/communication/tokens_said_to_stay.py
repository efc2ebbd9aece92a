"""CO113: routed tokens said to stay in their node."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from stratc.analysis.case import Case
from stratc.analysis.layout.topology import expert_group, fast_domain
from stratc.arith.unit import PERCENT, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("CO113", category=Category.COMMUNICATION, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def tokens_said_to_stay(case: Case) -> Iterator[Finding]:
    """Most tokens are said to stay inside their node, though the experts lie on several.

    ## What it finds
    Such a sentence in a plan whose expert-parallel group spans two nodes or more, and that names no routing limited to
    nodes.

    ## Why it matters
    A router chooses experts without regard to where they are.  With the experts of a layer on k nodes a token finds
    one of them in its own node in one case of k: the network carries the rest.

    ## Example
    ```plan
    - **GPUs per node**: 8
    - **Experts**: 64 per layer
    - **EP**: 32, **TP**: 1
    - Most of the tokens stay inside the node   <!-- CO113 -->
    ```

    ## References
    - lepikhin-2020, section 3
    """
    node, degree = fast_domain(case), case.known("strategy.ep")
    nodes = ceil(expert_group(case) / node) if node else 1
    for mention in case.mentions("tokens_stay"):
        if nodes > 1 and not case.has_several("strategy.ep", "hardware.devices_per_node"):
            yield Finding(
                at=mention,
                message=f"most tokens said to stay inside a node, but the experts of a layer lie on {figures(nodes)} "
                f"nodes: {show(1 - 1 / nodes, PERCENT)} of the choices leave it",
                computed=1 - 1 / nodes,
                label="said here",
                also=((degree, "expert parallelism"),),
                help="plan the all-to-all over the network, or limit the routing to nodes",
            )
            return
