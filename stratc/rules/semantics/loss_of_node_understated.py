"""SE133: what fails together with a node."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import value_or
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule


@rule("SE133", category=Category.SEMANTICS, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def loss_of_node_understated(case: Case) -> Iterator[Finding]:
    """A node takes more with it than the plan says: several replicas, or the whole service.

    ## What it finds
    The loss of a node said to cost one replica, where a node holds several; and, as a question, "N+1" in a plan whose
    devices all stand in one node.

    ## Why it matters
    Replicas that share a node share its power supply, its network and its restarts.  A spare replica covers a failed
    device, not a failed node.

    ## Example
    ```plan
    - **Cluster**: 2 nodes of 8 GPUs
    - **TP**: 4, four replicas
    - If a node fails we lose one replica of four   <!-- SE133 -->
    ```

    ## References
    - vllm-parallelism, data parallel deployment
    """
    node = case.known("hardware.devices_per_node")
    replica = value_or(case.strategy.tp, 1) * value_or(case.strategy.pp, 1) * value_or(case.strategy.cp, 1)
    held = node.value // replica
    for mention in case.mentions("node_holds_one_replica", roles=(Role.PLAN, Role.ALTERNATIVE)):
        if held > 1 and not case.has_several("strategy.tp", "strategy.pp", "hardware.devices_per_node"):
            yield Finding(
                at=mention,
                message=f"the loss of a node said to cost one replica, but the {figures(node.value)} devices of a node "
                f"hold {figures(held)} replicas of {figures(replica)}",
                computed=held,
                label="said here",
                also=((node, "devices of a node"),),
                help="size for the replicas of a whole node, or say how they are spread",
            )
    devices = case.known("hardware.device_count" if case.has("hardware.device_count") else "strategy.device_count")
    spare = next(case.mentions("spare_claimed"), None)
    if spare is not None and devices.value <= node.value > 1:
        yield Finding(
            at=spare,
            message=f"a spare said to be there, but all {figures(devices.value)} devices stand in one node, which "
            "fails as a whole",
            label="said here",
            severity=Severity.INFO,
            certainty=Certainty.JUDGEMENT,
            also=((devices, "all devices"), (node, "devices of a node")),
            help="say against which failure the spare is kept",
        )
