"""CO203: many nodes, and no network between them."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.devices import device_count
from stratc.analysis.layout.topology import LARGEST_DOMAIN, fast_domain
from stratc.arith.term import HasSpans, Term, lift
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known, value_or
from stratc.rules.rule import Finding, rule


@rule("CO203", category=Category.TOPOLOGY, severity=Severity.INFO, certainty=Certainty.JUDGEMENT)
def network_unsaid(case: Case) -> Iterator[Finding]:
    """The devices fill several nodes, but only links inside a node are named.

    ## What it finds
    More devices than a node holds (or, where its size is not stated, than the largest NVLink domain joins) in a plan
    that names NVLink or PCIe but neither InfiniBand, RoCE or Ethernet nor a bandwidth between nodes; or that names no
    link and calls the communication of its experts little.  A remark, as it may be said elsewhere.

    ## Why it matters
    Expert all-to-all, pipeline transfers and gradient reductions cross nodes; their cost depends on a network that the
    plan does not have.

    ## Example
    ```plan
    - **GPUs per node**: 8
    - **Total GPUs**: 64
    - **Interconnect**: all transfers run over NVLink <!-- CO203 -->
    ```

    ## References
    - narayanan-2021, section 3.2
    """
    devices = lift(device_count(case))
    node = fast_domain(case) or LARGEST_DOMAIN
    inside = tuple(_links_inside(case))
    if devices.value <= node or _has_network(case):
        return
    if not inside:
        yield from _called_small(case, devices, node)
        return
    yield Finding(
        at=inside[0],
        message=f"{figures(devices.value)} devices fill several nodes (at most {figures(node)} devices each), but only "
        "links inside a node are named",
        because=devices,
        computed=node,
        label="named here",
        also=tuple((each, "and here") for each in inside[1:]),
        help="name the network between nodes and its bandwidth",
    )


def _called_small(case: Case, devices: Term, node: int) -> Iterator[Finding]:
    """Communication of experts said to be little, in a plan that names no link at all."""
    said = tuple(case.mentions("communication_small")) if case.known("strategy.ep").value > 1 else ()
    if said and not case.has("hardware.link_bandwidth"):
        yield Finding(
            at=said[0],
            message=f"communication said to be little, but {figures(devices.value)} devices fill several nodes (at "
            f"most {figures(node)} devices each), and no link between or inside them is named",
            because=devices,
            computed=node,
            label="said here",
            also=tuple((each, "and here") for each in said[1:]),
            help="name the links and their bandwidth, and the bytes of an all-to-all",
        )


def _links_inside(case: Case) -> Iterator[HasSpans]:
    """Places that name links inside a node."""
    named = case.fact("hardware.interconnect")
    if isinstance(named, Known) and named.is_stated and any(word in named.value.casefold() for word in _INSIDE):
        yield named
    yield from (each for each in case.mentions("nvlink", "pcie") if each.cause != "host")


_INSIDE = ("nvlink", "nvswitch", "pcie", "xgmi", "infinity fabric")


def _has_network(case: Case) -> bool:
    """Whether the plan names a network between nodes or its bandwidth."""
    names = value_or(case.plan.hardware.interconnect, "").casefold()
    named = any(word in names for word in ("infiniband", "roce", "ethernet", "ib ", "efa", "slingshot", "rdma"))
    return named or case.has("hardware.network_bandwidth") or any(case.mentions("infiniband"))
