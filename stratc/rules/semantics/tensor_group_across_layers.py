"""SE123: a tensor-parallel group whose devices hold different layers."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.devices import placed_devices
from stratc.analysis.layout.groups import Group, tensor_groups
from stratc.analysis.layout.placement import seated
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Known
from stratc.rules.rule import Finding, rule


@rule("SE123", category=Category.SEMANTICS, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def tensor_group_across_layers(case: Case) -> Iterator[Finding]:
    """The devices of a tensor-parallel group hold different layers.

    ## What it finds
    A mapping that gives the devices of one tensor-parallel group, as many as the degree, layers that do not overlap,
    and groups listed with devices of several stages.

    ## Why it matters
    Tensor parallelism splits the matrices of a layer, so all devices of a group work on the same layers.  Devices with
    different layers are pipeline stages: their exchange, their memory and their groups are others.

    ## Example
    ```plan
    - **Tensor parallelism**: TP = 2
    - **Pipeline parallelism**: PP = 2

    ## Mapping
    - GPU 0: layers 0-7 (TP group 0)
    - GPU 1: layers 0-7 (TP group 1)
    - GPU 2: layers 8-15 (TP group 0)   <!-- SE123 -->
    - GPU 3: layers 8-15 (TP group 1)
    ```

    ## References
    - shoeybi-2019, section 3
    """
    degree = case.known("strategy.tp")
    if degree.value < 2:
        return
    for group in tensor_groups(case):
        held = [each for each in case.claims("group.layers") if _is_of(each, group)]
        apart = next((each for each in held[1:] if _is_apart(held[0], each)), None)
        if apart is not None and len(group.devices) == degree.value:
            first, last = (f"{each.quantity.low:g}-{each.quantity.high:g}" for each in (held[0], apart))
            yield Finding(
                at=apart,
                message=f"layers {last} here and {first} on another device of tensor-parallel group {group.index}, "
                "but all devices of a group hold parts of the same layers",
                also=((held[0], "the same group"), (degree, "tensor parallelism")),
                help="put devices with the same layers into a group, and count the others as pipeline stages",
            )
            return
    yield from _across_stages(case, degree)


def _across_stages(case: Case, degree: Known[int]) -> Iterator[Finding]:
    """Groups listed apart from the stages, with devices of several of them."""
    stages = [stage for stage in seated(case) if stage.value.devices]
    apart = sum(len(stage.value.devices or ()) for stage in stages) == len(placed_devices(case))
    groups = [group for group in tensor_groups(case) if len(group.devices) == degree.value]
    for group in groups if apart and len({stage.value.index for stage in stages}) > 1 else ():
        touched = [stage for stage in stages if group.devices & set(stage.value.devices or ())]
        if len({stage.value.index for stage in touched}) > 1:
            yield Finding(
                at=group.first,
                message=f"tensor-parallel group {group.index} has devices of stages {touched[0].value.index} and "
                f"{touched[1].value.index}, but all devices of a group hold parts of the same layers",
                also=(*((stage, "a stage") for stage in touched[:2]), (degree, "tensor parallelism")),
                help="form tensor-parallel groups inside a stage",
            )
            return


def _is_of(layers: Claim, group: Group) -> bool:
    member = group.first
    same = layers.index == member.index and layers.scope.path == member.scope.path
    return same and (layers.context == member.context or not group.listed)


def _is_apart(one: Claim, other: Claim) -> bool:
    return one.quantity.high < other.quantity.low or other.quantity.high < one.quantity.low
