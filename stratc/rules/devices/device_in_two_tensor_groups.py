"""DV211: a device that two tensor-parallel groups claim."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from stratc.analysis.case import Case
from stratc.analysis.layout.groups import Group, tensor_groups
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.rules.rule import Finding, rule


@rule("DV211", category=Category.CONSISTENCY, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def device_in_two_tensor_groups(case: Case) -> Iterator[Finding]:
    """A device stands in tensor-parallel groups with different partners.

    ## What it finds
    Groups listed in two places whose devices overlap without being the same, each as large as the degree.  Numbers of
    groups, which may start again in every stage, are not compared, but a number that all devices of a group share in
    one place tells them apart in no other.

    ## Why it matters
    A rank belongs to one tensor-parallel group: its partners hold the other parts of its matrices.  With two lists,
    one of them loads weights where nobody looks for them.

    ## Example
    ```plan
    - **Tensor parallelism**: TP = 2

    ## Groups
    - TP group 0: GPUs 0, 1
    - TP group 1: GPUs 2, 3

    ## Mapping
    - TP group 0: GPUs 0, 2   <!-- DV211 -->
    - TP group 1: GPUs 1, 3
    ```

    ## References
    - shoeybi-2019, section 3
    """
    degree = case.known("strategy.tp")
    groups = [each for each in tensor_groups(case) if len(each.devices) == degree.value]
    if case.plan.further or case.has_several("strategy.tp"):
        return
    for one, other in combinations(groups, 2):
        if one.is_beside(other):
            device = min(one.devices & other.devices)
            yield Finding(
                at=other.first,
                message=f"device {device} shares tensors with {_partners(one.devices, device)} in one place, with "
                f"{_partners(other.devices, device)} in another",
                also=((one.first, "the other group"),),
                help="keep one of the two groupings",
            )
            return
    yield from _told_apart(case, groups)


def _told_apart(case: Case, groups: list[Group]) -> Iterator[Finding]:
    """Devices listed as one group that a map, device by device, gives to groups of different numbers."""
    spread = [each for each in tensor_groups(case) if not each.listed]
    for group in groups:
        parts = [other for other in spread if other.devices & group.devices] if group.listed else []
        sections = {other.first.scope.path for other in parts}
        if len({other.index for other in parts}) > 1 and len(sections) == 1 and group.first.scope.path not in sections:
            other = next(each for each in parts if each.index != group.index)
            device = min(other.devices & group.devices)
            member = _member(case, other, device)
            yield Finding(
                at=member,
                message=f"device {device} is in tensor-parallel group {other.index} here, but shares group "
                f"{group.index} with {_partners(group.devices, device)} elsewhere",
                also=((group.first, "the other group"),),
                help="keep one way to number groups, and call the place inside a group a rank",
            )
            return


def _member(case: Case, group: Group, device: int) -> Claim:
    """The place that puts a device into a group."""
    same = (each for each in case.claims("group.member") if each.index == group.index and each.value == device)
    return next((each for each in same if each.scope.path == group.first.scope.path), group.first)


def _partners(devices: frozenset[int], device: int) -> str:
    others = sorted(devices - {device})
    return ("device " if len(others) == 1 else "devices ") + ", ".join(map(str, others))
