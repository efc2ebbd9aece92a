"""CO204: a network between nodes, and one node."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.unit import BYTE_RATE, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("CO204", category=Category.TOPOLOGY, severity=Severity.INFO, certainty=Certainty.JUDGEMENT)
def network_for_one_node(case: Case) -> Iterator[Finding]:
    """A bandwidth between nodes is stated for devices that fill no more than one node.

    ## What it finds
    A stated bandwidth between nodes in a plan that uses no more devices than a node holds.

    ## Why it matters
    Nothing of the plan crosses that network; a cost that is computed from it belongs to another plan.

    ## Example
    ```plan
    - **GPUs per node**: 8
    - **Total GPUs**: 8
    - **Inter-node bandwidth**: 100 GB/s <!-- CO204 -->
    ```

    ## References
    - narayanan-2021, section 3.2
    """
    network, node = case.known("hardware.network_bandwidth"), case.known("hardware.devices_per_node")
    used = case.known("strategy.device_count")
    if not network.is_stated or used.value > node.value:
        return
    yield Finding(
        at=network,
        message=f"{show(network.value, BYTE_RATE)} between nodes, but the {figures(used.value)} devices fit one node "
        f"of {figures(node.value)}",
        stated=network.value,
        unit=BYTE_RATE,
        also=((used, "devices in all"), (node, "devices of a node")),
        help="leave the network out, or say what crosses it",
    )
