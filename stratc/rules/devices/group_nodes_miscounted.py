"""DV219: the nodes that a group is said to span."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from stratc.analysis.case import Case
from stratc.analysis.layout.groups import replica_sizes
from stratc.analysis.layout.topology import fast_domain
from stratc.arith.term import Apply, Term, lift, plain
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import value_or
from stratc.rules.rule import Finding, rule


@rule("DV219", category=Category.TOPOLOGY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def group_nodes_miscounted(case: Case) -> Iterator[Finding]:
    """A group is said to span another number of nodes than its devices fill.

    ## What it finds
    "An expert group spans 2 nodes" where EP = 32 and a node has 8 devices; the same of tensor-parallel groups and of
    replicas whose degrees are all said.  A group that shares its nodes with others may touch more of them than it
    fills, but never fewer.

    ## Why it matters
    What crosses the network, and at which bandwidth, follows from this number.

    ## Example
    ```plan
    - **Experts**: 128 per layer
    - **EP**: 32
    - **GPUs per node**: 8
    - An expert group spans 2 nodes   <!-- DV219 -->
    ```

    ## References
    - lepikhin-2020, section 3
    """
    node = case.known("hardware.devices_per_node")
    if case.has_several("hardware.devices_per_node", "strategy.tp", "strategy.ep", "strategy.pp"):
        return
    domain = fast_domain(case) or node.value
    for claim in case.claims("group.nodes"):
        size = _size(case, claim.cause)
        if size is None or domain > node.value:
            continue
        fewest = ceil(plain(size) / node.value)
        aligned = plain(size) % node.value == 0
        if claim.value < fewest or (aligned and claim.value > fewest):
            yield Finding(
                at=claim,
                message=f"said to span {figures(claim.value)} node{'s' * (claim.value != 1)}, but {lift(size)} on "
                f"nodes of {figures(node.value)} devices fill {figures(fewest)}",
                because=Apply("÷", lift(size), lift(case.number("hardware.devices_per_node"))),
                stated=claim.value,
                computed=fewest,
                also=((node, "devices of a node"),),
                help="correct the number of nodes or the degree",
            )


def _size(case: Case, whose: str) -> Term | None:
    """The devices of a group, where the plan leaves no choice."""
    if whose == "tp" and case.has("strategy.tp"):
        return lift(case.number("strategy.tp"))
    if whose == "ep" and case.has("strategy.ep"):
        alone = value_or(case.strategy.expert_tp, 1) == 1
        return lift(case.number("strategy.ep")) if alone else None
    if (
        whose == "replica"
        and not case.is_one_of_several
        and (made := replica_sizes(case))
        and value_or(case.strategy.ep, 1) == 1
    ):
        return made.term
    return None
