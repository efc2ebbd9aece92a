"""Which devices are joined by fast links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.ir.origin import Known, value_or

if TYPE_CHECKING:
    from stratc.analysis.case import Case

LARGEST_DOMAIN = 72  # devices that one NVLink domain joins (NVIDIA GB200 and GB300 NVL72 data sheets)
FASTEST_MEMORY = 8e12  # bytes a second: NVIDIA B200 and GB200 data sheets, the highest of the catalogue
RACK_SCALE = ("gb200", "gb300", "nvl72")


def expert_group(case: Case) -> int:
    """Devices that one expert-parallel group takes: its ranks, each as wide as the plan splits an expert.

    Experts are split where the plan says so, where it places each of them on so many devices, or where only with them
    its degrees multiply to its devices.  Raises Missing where the plan has no degree.
    """
    ep, strategy = int(case.known("strategy.ep").value), case.strategy
    tp, split = value_or(strategy.tp, 1), value_or(strategy.expert_tp, 0)
    placed = {len(span.value.devices or ()) for span in strategy.expert_spans}
    others = tp * value_or(strategy.pp, 1) * value_or(strategy.dp, 1)
    devices = value_or(strategy.device_count, value_or(case.plan.hardware.device_count, 0))
    multiplied = others * ep == devices != others
    return ep * (split or (tp if placed == {tp} or multiplied else 1))


def fast_domain(case: Case) -> int | None:
    """Devices joined without a network: those of a node, or of a rack-scale NVLink domain; None where unsaid."""
    name = value_or(case.plan.hardware.accelerator, "").casefold()
    if any(word in name for word in RACK_SCALE):
        return LARGEST_DOMAIN
    node = case.fact("hardware.devices_per_node")
    return node.value if isinstance(node, Known) and node.value > 1 else None
