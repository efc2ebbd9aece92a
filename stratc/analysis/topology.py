"""Which devices are joined by fast links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.ir.origin import Known, value_or

if TYPE_CHECKING:
    from stratc.analysis.case import Case

LARGEST_DOMAIN = 72  # devices that one NVLink domain joins (NVIDIA GB200 and GB300 NVL72 data sheets)
RACK_SCALE = ("gb200", "gb300", "nvl72")


def fast_domain(case: Case) -> int | None:
    """Devices joined without a network: those of a node, or of a rack-scale NVLink domain; None where unsaid."""
    name = value_or(case.plan.hardware.accelerator, "").casefold()
    if any(word in name for word in RACK_SCALE):
        return LARGEST_DOMAIN
    node = case.fact("hardware.devices_per_node")
    return node.value if isinstance(node, Known) and node.value > 1 else None
