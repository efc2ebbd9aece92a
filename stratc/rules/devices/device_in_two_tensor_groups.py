"""DV211: a device that two tensor-parallel groups claim."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from stratc.analysis.case import Case
from stratc.analysis.groups import tensor_groups
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("DV211", category=Category.CONSISTENCY, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def device_in_two_tensor_groups(case: Case) -> Iterator[Finding]:
    """A device stands in tensor-parallel groups with different partners.

    ## What it finds
    Groups listed in two places whose devices overlap without being the same, each as large as the degree.  Numbers of
    groups, which may start again in every stage, are not compared.

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


def _partners(devices: frozenset[int], device: int) -> str:
    others = sorted(devices - {device})
    return ("device " if len(others) == 1 else "devices ") + ", ".join(map(str, others))
