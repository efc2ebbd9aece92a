"""DV204: a device that stands in two pipeline stages."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from stratc.analysis.case import Case
from stratc.analysis.layout.devices import sides
from stratc.analysis.layout.placement import Stage, seated
from stratc.arith.functions import product
from stratc.arith.term import lift
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known, value_or
from stratc.rules.rule import Finding, rule


@rule("DV204", category=Category.GPU_COUNT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def device_in_two_stages(case: Case) -> Iterator[Finding]:
    """One device holds several pipeline stages, so the pipeline is shallower than its degree.

    ## What it finds
    A placement that names a device in more than one stage, or a stage whose list begins a device too early or ends one
    too late.  Interleaved and bidirectional schedules, which give every
    device several virtual stages, are left alone.

    ## Why it matters
    Stages on one device take turns: while it computes one, the other waits, so fewer items are in flight than the
    degree promises, and a launcher that lays out a uniform grid wants more devices.

    ## Example
    ```plan
    - **GPUs**: 2
    - **Pipeline Parallel Size**: 3 <!-- DV204 -->

    - Stage 0: GPU 0
    - Stage 1: GPU 1
    - Stage 2: GPU 0
    ```

    ## References
    - huang-2019, section 2.2
    - narayanan-2021, section 2.2
    """
    stages = seated(case)
    folded = value_or(case.strategy.vpp, 1) > 1 or value_or(case.strategy.schedule, "") in _FOLDED
    pairs = [
        (one, other, sorted(set(one.value.devices or ()) & set(other.value.devices or ())))
        for one, other in combinations(stages, 2)
        if one.value.index != other.value.index
    ]
    shared = next((pair for pair in pairs if pair[2]), None)
    if folded or shared is None:
        return
    first, second, devices = shared
    used = {device for stage in stages for device in stage.value.devices or ()}
    groups = {stage.value.devices for stage in stages}
    grid = lift(product(sides(case, "tp", "pp")))
    if grid.value == len(used):
        yield from _intruding(stages, first, second, devices)  # the degrees describe a grid after all
        return
    stated = case.fact("strategy.pp")
    wide = len(grid.leaves) > 1 and grid.value > len(used)
    beside = f"; a uniform grid of {grid} would be {figures(grid.value)} devices" if wide else ""
    yield Finding(
        at=stated if isinstance(stated, Known) and stated.is_stated else second,
        message=f"device {figures(devices[0])} is in stage {first.value.index} and in stage {second.value.index}: "
        f"{len(stages)} stages on {len(used)} devices form a pipeline of {len(groups)}{beside}",
        because=grid if grid.leaves else None,
        stated=len(used),
        also=((first, "here first"), (second, "and here again")),
        help="give every stage devices of its own, or count the stages that share a device as one",
    )


def _intruding(stages: tuple[Stage, ...], first: Stage, second: Stage, shared: list[int]) -> Iterator[Finding]:
    """A list that is as much longer than all others as it names devices of another stage."""
    longer, own = sorted((first, second), key=lambda stage: -len(stage.value.devices or ()))
    usual = {len(stage.value.devices or ()) for stage in stages if stage is not longer}
    if len(usual) != 1 or len(longer.value.devices or ()) - len(shared) != usual.pop():
        return
    listed, size = len(longer.value.devices or ()), len(own.value.devices or ())
    yield Finding(
        at=longer,
        message=f"device {figures(shared[0])} is in stage {first.value.index} and in stage {second.value.index}: "
        f"stage {longer.value.index} lists {figures(listed)} devices, where the others have {figures(size)}",
        stated=listed,
        computed=size,
        also=((own, "here too"),),
        help="begin the list of each stage after the last device of the one before",
    )


_FOLDED = frozenset(("interleaved", "zb-v", "dualpipe", "chimera"))
