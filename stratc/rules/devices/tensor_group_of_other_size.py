"""DV210: a tensor-parallel group of another size than the degree."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.devices import is_uneven
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import value_or
from stratc.rules.rule import Finding, rule


@rule("DV210", category=Category.CONSISTENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def tensor_group_of_other_size(case: Case) -> Iterator[Finding]:
    """A tensor-parallel group is placed on more or fewer devices than the degree says.

    ## What it finds
    "TP group 0: GPUs 0-15" or "TP groups of 16 GPUs" beside a degree of 8, or another one than that of the experts; the
    one set of devices in a drawing that is of another size, where all others have that of the degree.
    Plans whose stages have degrees of their own are left alone.

    ## Why it matters
    Launchers form groups of exactly the degree; a mapping with others places weights where no rank looks for them.

    ## Example
    ```plan
    - **Tensor parallelism**: TP = 4
    - **TP group 0**: GPUs 0-7   <!-- DV210 -->
    ```

    ## References
    - shoeybi-2019, section 3
    """
    degree = case.known("strategy.tp")
    expected = {degree.value, value_or(case.strategy.expert_tp, degree.value)}
    if is_uneven(case) or case.has_several("strategy.tp"):
        return
    groups = [
        each
        for each in case.claims("group.devices")
        if (each.cause == "tp" or (each.cause == "set" and each.index == degree.value)) and _is_of(case, each)
    ]
    wrong = [each for each in groups if each.value not in expected]
    if wrong:
        yield Finding(
            at=wrong[0],
            message=f"a tensor-parallel group of {figures(wrong[0].value)} devices, but the degree is "
            f"{figures(degree.value)}",
            stated=wrong[0].value,
            computed=degree.value,
            also=(*((each, "and here") for each in wrong[1:]), (degree, "tensor parallelism")),
            help="give every group as many devices as the degree, or correct the degree",
        )


def _is_of(case: Case, group: Claim) -> bool:
    """Whether a group is of this strategy, where the plan has several."""
    return not case.plan.further or group.scope.strategy == case.strategy.name
