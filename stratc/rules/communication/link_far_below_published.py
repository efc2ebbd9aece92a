"""CO205: a link inside the node that is far slower than the accelerator's."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.model.published import departures
from stratc.arith.unit import BYTE_RATE, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

FAR = 4  # times: both directions counted together, and what protocols cost, are less
OWN_LINK = 100e9  # bytes a second: accelerators with less are on PCIe


@rule("CO205", category=Category.TOPOLOGY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def link_far_below_published(case: Case) -> Iterator[Finding]:
    """The bandwidth inside a node is far below that of the links that the named accelerator has.

    ## What it finds
    A stated bandwidth between the devices of a node below a quarter of what is published for the accelerator, where
    that has links of its own.  Plans that speak of PCIe are left alone.

    ## Why it matters
    Such a figure is mostly that of the network between nodes, or of one link of many: collectives inside the node are
    planned several times too slow, and tensor parallelism looks worse than it is.

    ## Example
    ```plan
    - **GPU type**: NVIDIA H100 SXM
    - **Intra-node bandwidth**: 400 Gbps   <!-- CO205 -->
    ```

    ## References
    - nvidia-nvlink
    """
    name = case.known("hardware.accelerator")
    if any(case.mentions("pcie")):
        return
    for _, stated, published in departures(case, ("hardware.link_bandwidth",)):
        if published.value > OWN_LINK and stated.value * FAR < published.value:
            yield Finding(
                at=stated,
                message=f"{show(stated.value, BYTE_RATE)} between the devices of a node, but the links of {name.value} "
                f"move {show(published.value, BYTE_RATE)} in each direction",
                stated=stated.value,
                computed=published.value,
                unit=BYTE_RATE,
                also=((name, "the accelerator"),),
                help="give the bandwidth of its links, or say that the devices are connected otherwise",
            )
