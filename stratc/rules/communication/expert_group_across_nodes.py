"""CO206: an exchange between experts said to stay in a node that its group does not fit."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.topology import expert_group, fast_domain
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule


@rule("CO206", category=Category.TOPOLOGY, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def expert_group_across_nodes(case: Case) -> Iterator[Finding]:
    """The all-to-all is said to stay inside a node, but the expert-parallel group has more devices than one.

    ## What it finds
    "The expert group stays inside one node" and the like, where the degree times the devices that share an expert is
    larger than the node.

    ## Why it matters
    With experts split by tensor parallelism a rank of the group is several devices.  The all-to-all then crosses the
    network, at a tenth of the bandwidth that its time was computed with.

    ## Example
    ```plan
    - **GPUs per node**: 8
    - **Experts**: 32 per layer
    - **EP**: 8, **TP**: 2, **PP**: 2
    - **Total GPUs**: 32
    - Each expert group stays inside one node   <!-- CO206 -->
    ```

    ## References
    - lepikhin-2020, section 3
    """
    ep, node = case.known("strategy.ep"), fast_domain(case)
    size = expert_group(case)
    if node is None or size <= node or case.has_several("strategy.ep", "strategy.tp", "hardware.devices_per_node"):
        return
    said = tuple(case.mentions("expert_exchange_in_node", roles=(Role.PLAN, Role.TARGET)))
    for mention in said[:1]:
        wide = size // ep.value
        beside = f" × {wide} devices that share an expert" if wide > 1 else ""
        yield Finding(
            at=mention,
            message=f"said to stay inside a node of {node} devices, but the group takes "
            f"{figures(ep.value)} ep{beside} = {figures(size)} devices",
            computed=size,
            label="said here",
            also=(*((each, "and here") for each in said[1:]), (ep, "expert parallelism")),
            help="plan the all-to-all over the network, or let a node hold the whole group",
        )
