"""DV103: devices per stage against the total."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from stratc.analysis.case import Case
from stratc.analysis.layout.devices import is_uneven
from stratc.arith.term import lift
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule


@rule("DV103", category=Category.GPU_COUNT, severity=Severity.ERROR)
def devices_per_stage_mismatch(case: Case) -> Iterator[Finding]:
    """The devices of a stage times the stages are not the devices in all.

    ## What it finds
    A stated number of devices per pipeline stage that is neither the total divided by the stages nor that of one
    replica.

    ## Why it matters
    Some stage lacks the devices that the degrees ask for, or devices stay idle.

    ## Example
    ```plan
    - **Total GPUs**: 64
    - **Pipeline Parallelism**: 4-way
    - **GPUs per stage**: 32 <!-- DV103 -->
    ```

    ## References
    - narayanan-2021, section 3
    """
    stated = case.known("strategy.devices_per_stage")
    total, stages = case.number("strategy.device_count"), case.number("strategy.pp")
    share = lift(total / stages)
    replicas = case.number_or("strategy.dp", 1)
    if not isfinite(share.value) or is_uneven(case) or stated.value in (share.value, lift(share / replicas).value):
        return
    yield Finding(
        at=stated,
        message=f"{figures(stated.value)} devices per stage stated, but {share} = {figures(share.value)}",
        because=share,
        stated=stated.value,
        help="correct the stages or the total",
        write=figures(share.value) if share.value == int(share.value) and stated.is_stated else "",
    )
