"""DV205: a placement that names devices there are not."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.frameworks.visible import launches
from stratc.analysis.layout.devices import placed_devices
from stratc.analysis.layout.placement import base_of, seated
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("DV205", category=Category.GPU_COUNT, severity=Severity.ERROR)
def device_out_of_range(case: Case) -> Iterator[Finding]:
    """A stage stands on a device beyond the last one.

    ## What it finds
    A device number in the placement of a stage that is too high for the stated number of devices, counted from 0 or
    from 1 as the placement does.  The second of several pools may be numbered after the first.  A launch that is given
    a device beyond those of a node.

    ## Why it matters
    Either the total or the placement is wrong, and the launcher will be given ranks that do not exist.

    ## Example
    ```plan
    - **Total GPUs**: 16
    - Stage 0: Layers 0-7 (GPUs 0-7)
    - Stage 1: Layers 8-15 (GPUs 8-16) <!-- DV205 -->
    ```

    ## References
    - narayanan-2021, section 3
    """
    yield from _of_launches(case)
    placed, total = placed_devices(case), case.known("strategy.device_count")
    if not placed:
        return
    base = base_of(placed[0])
    if base is None and case.is_one_of_several:
        return  # numbered over all of them
    last = total.value - 1 + (1 if base is None else base)
    for stage in seated(case):
        highest = max(stage.value.devices or (0,))
        if highest > last:
            yield Finding(
                at=stage,
                message=f"stage {stage.value.index} stands on device {figures(highest)}, but the last of "
                f"{figures(total.value)} devices is {figures(last)}",
                stated=highest,
                computed=last,
                also=((total, "devices in all"),),
                help="correct the placement or the total",
            )


def _of_launches(case: Case) -> Iterator[Finding]:
    """Launches that are given a device which no node has."""
    if not case.plan.settings or not case.has("hardware.devices_per_node"):
        return
    node = case.known("hardware.devices_per_node")
    if not node.is_stated or case.has_several("hardware.devices_per_node"):
        return
    for each in launches(case):
        if max(each.devices) >= node.value:
            yield Finding(
                at=each.setting,
                message=f"device {figures(max(each.devices))} is to be seen, but those of a node of "
                f"{figures(node.value)} devices end at {figures(node.value - 1)}",
                stated=max(each.devices),
                computed=node.value - 1,
                also=((node, "devices of a node"),),
                certainty=Certainty.LIKELY,
                help="count the devices of a node from 0",
            )
