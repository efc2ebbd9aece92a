"""CO209: a launch that puts the devices of several nodes on one."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.mention import Mention
from stratc.ir.origin import Known
from stratc.ir.setting import Setting
from stratc.rules.rule import Finding, rule

OF_NODE = ("@num_gpus", "--num_gpus", "@nproc-per-node", "--nproc_per_node", "--nproc-per-node")
NODES = ("@num_nodes", "--num_nodes", "@nnodes", "--nnodes")
LARGEST = 16  # devices that share a board and its links; more are a rack, which is built of nodes


@rule("CO209", category=Category.TOPOLOGY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def node_started_as_all(case: Case) -> Iterator[Finding]:
    """A launch starts more processes on a node than the node has devices: those of all nodes.

    ## What it finds
    A launch whose devices of a node are more than the plan says a node has, or more than sixteen on a single node in a
    plan that speaks of nodes or of a network between them.  The first of these only where they are all devices of the
    plan; other figures contradict it elsewhere.

    ## Why it matters
    Launchers count the devices of each node.  Processes without a device of their own fail at their start, and a plan
    for several nodes never leaves the first.

    ## Example
    ````plan
    16 GPUs in 2 nodes of 8. TP8 inside a node, PP2 between nodes.

    ```bash
    torchrun --nnodes=1 --nproc_per_node=16 serve.py   <!-- CO209 -->
    ```
    ````

    ## References
    - deepspeed-config
    - PyTorch, torchrun
    """
    if not case.plan.settings:
        return
    started, nodes = _counted(case, OF_NODE), _counted(case, NODES)
    if started is None or nodes is None:
        return
    size, every = case.fact("hardware.devices_per_node"), case.fact("strategy.device_count")
    stated = isinstance(size, Known) and size.is_stated and not case.is_set(size)
    between = next(case.mentions("several_nodes", "infiniband"), None)
    if isinstance(size, Known) and stated:
        whole = isinstance(every, Known) and every.value == started[0]
        if started[0] > size.value and whole:
            yield _finding(started, nodes, f"a node has {size.value}", size)
    elif nodes[0] == 1 and started[0] > LARGEST and between is not None:
        yield _finding(started, nodes, "the plan speaks of several nodes", between)


def _counted(case: Case, names: tuple[str, ...]) -> tuple[int, Setting] | None:
    """The one whole number that settings of these names are."""
    found = [each for each in case.plan.settings if each.name in names and str(each.value).isdecimal()]
    return (int(str(found[0].value)), found[0]) if len({str(each.value) for each in found}) == 1 else None


def _finding(
    started: tuple[int, Setting], nodes: tuple[int, Setting], message: str, beside: Known[int] | Mention
) -> Finding:
    count = f"{nodes[0]} node{'s' if nodes[0] > 1 else ''}"
    return Finding(
        at=started[1],
        message=f"{started[0]} processes are started on {'each of ' if nodes[0] > 1 else ''}{count}, but {message}",
        stated=started[0],
        computed=beside.value if isinstance(beside, Known) else None,
        also=((beside, "said here"),),
        help="give the devices of one node, and as many nodes as hold them all",
    )
