"""CO206: a group said to stay in a node that it does not fit."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.topology import expert_group, fast_domain
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.mention import Mention
from stratc.ir.origin import value_or
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule


@rule("CO206", category=Category.TOPOLOGY, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def group_beyond_node(case: Case) -> Iterator[Finding]:
    """A group is said to stay inside a node, but has more devices than one.

    ## What it finds
    "The expert group stays inside one node", "the all-to-all never leaves the node", "the all-to-all runs over
    NVLink" where the degree times the devices that share an expert is larger than the node; the same of ring attention
    and context-parallel groups, whose ranks are tensor-parallel groups.

    ## Why it matters
    The exchange then crosses the network, at a tenth of the bandwidth that its time was computed with.

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
    node = fast_domain(case)
    if node is not None and not case.has_several("strategy.tp", "hardware.devices_per_node"):
        yield from _beyond(case, node, "ep", "expert_exchange_in_node", "expert_exchange_on_nvlink")
        yield from _beyond(case, node, "cp", "context_group_in_node")


def _beyond(case: Case, node: int, axis: str, *concepts: str) -> Iterator[Finding]:
    said = tuple(case.mentions(*concepts, roles=(Role.PLAN, Role.TARGET)))
    if not said or not case.has(key := f"strategy.{axis}") or case.has_several(key):
        return
    degree = case.known(key)
    size = expert_group(case) if axis == "ep" else degree.value * value_or(case.strategy.tp, 1)
    if size > node:
        wide = size // degree.value
        shared = "devices that share an expert" if axis == "ep" else "tp"
        beside = f" × {wide} {shared}" if wide > 1 else ""
        yield Finding(
            at=said[0],
            message=f"said to {_where(said[0])} of {node} devices, but the group takes {figures(degree.value)} {axis}"
            f"{beside} = {figures(size)} devices",
            computed=size,
            label="said here",
            also=(*((each, "and here") for each in said[1:]), (degree, "the degree")),
            help="plan the exchange over the network, or let a node hold the whole group",
        )


def _where(said: Mention) -> str:
    return "run over the NVLink of a node" if said.concept == "expert_exchange_on_nvlink" else "stay inside a node"
