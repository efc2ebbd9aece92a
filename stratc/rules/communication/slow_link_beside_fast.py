"""CO162: exchange over PCIe between devices that NVLink joins."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.devices import device_count
from stratc.analysis.layout.topology import fast_domain
from stratc.analysis.speed.links import is_nvlink
from stratc.arith.term import plain
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

PAIR = 2  # devices that a bridge joins


@rule("CO162", category=Category.TOPOLOGY, severity=Severity.INFO, certainty=Certainty.LIKELY)
def slow_link_beside_fast(case: Case) -> Iterator[Finding]:
    """Devices are said to exchange over PCIe, though all of them are joined by NVLink.

    ## What it finds
    Transfers between stages, or collectives, put on PCIe in a plan of one node that names NVLink as its link.

    ## Why it matters
    NVLink joins every pair of devices of such a node and carries ten times as much; PCIe leads to the host.

    ## Example
    ```plan
    - **GPUs per node**: 8
    - **Total GPUs**: 8
    - **Interconnect**: NVLink
    - **Pipeline parallelism**: 4
    - **PCIe utilization**: PP stage-to-stage transfers   <!-- CO162 -->
    ```

    ## References
    - nvidia-nvlink, table of generations
    """
    devices, node = plain(device_count(case)), fast_domain(case)
    if not is_nvlink(case) or node is None or not PAIR < devices <= node:
        return
    for mention in case.mentions("traffic_on_pcie"):
        yield Finding(
            at=mention,
            message=f"exchange of devices put on PCIe, but NVLink joins all {figures(devices)} devices of the node",
            label="said here",
            help="use NVLink, or say which devices it does not join",
        )
        return
