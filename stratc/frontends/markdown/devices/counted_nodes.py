"""All devices of machines that are counted on one line and sized on another: "Nodes: 4", "GPUs per node: 8"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.frontends.markdown.devices.tallied import MACHINES, TOTALS
from stratc.ir.scope import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.ir.statement import Statement


def counted_nodes(statements: Sequence[Statement]) -> Iterator[Statement]:
    """Statements "hardware.device_count" of a count of nodes, where the devices of a node have one value.

    Nothing beside a larger total, which `machines_and_all` holds against them.
    """
    of_plan = [each for each in statements if each.scope.role is Role.PLAN]
    sizes = {each.value for each in of_plan if each.subject == "hardware.devices_per_node"}
    totals = [each.value for each in of_plan if each.subject in TOTALS and isinstance(each.value, int)]
    size = sizes.pop() if len(sizes) == 1 else None
    for each in of_plan if isinstance(size, int) else ():
        if each.subject == MACHINES and isinstance(each.value, float) and isinstance(size, int) and not each.passing:
            devices = int(each.value) * size
            if devices >= max(totals, default=0):
                yield replace(each, subject="hardware.device_count", value=devices, quantity=None)
