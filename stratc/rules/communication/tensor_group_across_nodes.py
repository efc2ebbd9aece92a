"""CO202: tensor parallelism across node borders."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.legality import node_groups
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("CO202", category=Category.TOPOLOGY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def tensor_group_across_nodes(case: Case) -> Iterator[Finding]:
    """A tensor-parallel group is larger than a node, or does not fit into nodes evenly.

    ## What it finds
    A tensor-parallel degree above the devices of a node, or one that does not divide them, so that some groups span two
    nodes.  Only a remark where the plan says itself that they do.  Rack-scale NVLink domains (GB200 NVL72) are taken
    for one node.

    ## Why it matters
    Tensor parallelism reduces the activations of every layer twice in each direction; between nodes these all-reduces
    run at network speed and take most of the time.

    ## Example
    ```plan
    - **GPUs per node**: 8
    - **Tensor Parallelism**: 16-way <!-- CO202 -->
    ```

    ## References
    - narayanan-2021, section 3.2
    """
    groups = node_groups(case)
    degree, node = groups.degree, groups.whole
    if groups.legal:
        return
    wide = degree.value > node.value
    inside = tuple(case.mentions("tensor_group_in_node"))
    known = wide and not inside and any(case.mentions("tensor_group_across_nodes"))
    finding = Finding(
        at=degree,
        message=f"tensor-parallel groups of {figures(degree.value)} devices span "
        f"{'several nodes' if wide else 'node borders'} of {figures(node.value)} devices",
        because=groups.working,
        stated=degree.value,
        computed=node.value,
        also=tuple((each, "said to stay inside a node") for each in inside),
        help="keep the degree within a node and use pipeline or data parallelism between nodes",
    )
    yield finding.as_remark if known else finding
