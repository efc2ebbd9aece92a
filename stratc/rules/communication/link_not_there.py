"""CO207: communication over NVLink between devices that PCIe links."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.memory.setting import word_of
from stratc.analysis.speed.links import is_nvlink_stated, link_of_maker
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule


@rule("CO207", category=Category.TOPOLOGY, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def link_not_there(case: Case) -> Iterator[Finding]:
    """Communication is said to run over NVLink, though the devices of the plan have another link.

    ## What it finds
    "NVLink makes this negligible" in a plan whose hardware is given with PCIe and nowhere with NVLink; also NVLink
    between devices of another maker, which have HCCS, Infinity Fabric, ICI or Ethernet.

    ## Why it matters
    PCIe carries a tenth or less of NVLink's bandwidth, and the two all-reduces of every layer wait for it.  Other links
    have other bandwidths and other libraries.

    ## Example
    ```plan
    - **GPUs**: 4 × L40S 48GB, PCIe Gen4
    - **Tensor Parallelism**: 4
    - The all-reduce over NVLink takes 0.02 ms   <!-- CO207 -->
    ```

    ## References
    - nvidia-nvlink, table of generations
    """
    yield from _of_another_maker(case)
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


def _of_another_maker(case: Case) -> Iterator[Finding]:
    """NVLink between accelerators that are not NVIDIA's."""
    device = case.known("hardware.accelerator")
    link = link_of_maker(word_of(case, "hardware.accelerator"))
    said = tuple(case.mentions("carried_by_nvlink", roles=(Role.PLAN, Role.TARGET))) if link else ()
    if said:
        yield Finding(
            at=said[0],
            message=f"communication said to run over NVLink, but {device.value} has {link}",
            label="said here",
            also=(*((each, "and here") for each in said[1:]), (device, "the devices")),
            certainty=Certainty.DEFINITE,
            help=f"compute the time with the bandwidth of {link}",
        )
