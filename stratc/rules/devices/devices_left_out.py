"""DV206: devices that hold no stage."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.devices import placed_devices
from stratc.analysis.layout.placement import is_complete, seated
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import value_or
from stratc.rules.rule import Finding, rule


@rule("DV206", category=Category.GPU_COUNT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def devices_left_out(case: Case) -> Iterator[Finding]:
    """The placement of all stages leaves devices without work.

    ## What it finds
    Stages, all of them listed with their devices, that use fewer devices than the plan states.  Silent where the plan
    has replicas, for then the list may show one of them.

    ## Why it matters
    The devices that are left over are paid for, and counted in every figure per device.

    ## Example
    ```plan
    - **Total GPUs**: 32
    - **Pipeline Parallelism**: 2-way
    - Stage 0: Layers 0-7 (GPUs 0-7)
    - Stage 1: Layers 8-15 (GPUs 8-15) <!-- DV206 -->
    ```

    ## References
    - narayanan-2021, section 3
    """
    placed, total, stages = placed_devices(case), case.known("strategy.device_count"), seated(case)
    if not is_complete(case, stages) or value_or(case.strategy.dp, 1) > 1 or len(placed) >= total.value:
        return
    listed = sum(len(stage.value.devices or ()) for stage in stages)
    if any(case.claims("replicas")) or listed >= total.value:
        return  # of stages that share devices another rule speaks
    yield Finding(
        at=stages[-1],
        message=f"the {len(stages)} stages stand on {figures(len(placed))} of {figures(total.value)} devices",
        stated=len(placed),
        computed=total.value,
        also=((total, "devices in all"), *((stage, "placed here") for stage in stages[:-1])),
        help="place the other devices, or say that they are spares or replicas",
    )
