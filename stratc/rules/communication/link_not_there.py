"""CO207: communication over NVLink between devices that PCIe links."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.links import is_nvlink_stated
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule


@rule("CO207", category=Category.TOPOLOGY, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def link_not_there(case: Case) -> Iterator[Finding]:
    """Communication is said to run over NVLink, though the plan links its devices by PCIe.

    ## What it finds
    "NVLink makes this negligible" in a plan whose hardware is given with PCIe and nowhere with NVLink.

    ## Why it matters
    PCIe carries a tenth or less of NVLink's bandwidth, and the two all-reduces of every layer wait for it.

    ## Example
    ```plan
    - **GPUs**: 4 × L40S 48GB, PCIe Gen4
    - **Tensor Parallelism**: 4
    - The all-reduce over NVLink takes 0.02 ms   <!-- CO207 -->
    ```

    ## References
    - nvidia-nvlink, table of generations
    """
    linked = next(case.mentions("pcie_between_devices"), None)
    said = tuple(case.mentions("carried_by_nvlink", roles=(Role.PLAN, Role.TARGET)))
    if linked is None or not said or is_nvlink_stated(case, {each.context for each in said}):
        return
    yield Finding(
        at=said[0],
        message="communication said to run over NVLink, but the devices are linked by PCIe",
        label="said here",
        also=(*((each, "and here") for each in said[1:]), (linked, "PCIe between the devices")),
        help="compute the time with the bandwidth of PCIe",
    )
