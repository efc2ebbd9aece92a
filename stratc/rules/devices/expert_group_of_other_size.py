"""DV213: an expert-parallel group of another size than the degree."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Known, value_or
from stratc.rules.rule import Finding, rule


@rule("DV213", category=Category.CONSISTENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def expert_group_of_other_size(case: Case) -> Iterator[Finding]:
    """An expert-parallel group is given more or fewer devices than the degree says.

    ## What it finds
    "EP groups of 4 GPUs" beside EP = 8, where tensor parallelism inside the experts does not explain the size either,
    and tensor-parallel groups with more expert-parallel ranks than devices.  As many groups as the degree are its
    ranks under another name, which is a remark.

    ## Why it matters
    The devices of a group hold all experts of a layer between them and exchange tokens with one another.  A group of
    another size leaves experts out or keeps them twice, and the all-to-all is planned over the wrong links.

    ## Example
    ```plan
    - **Experts**: 64 per layer
    - **Tensor parallelism**: TP = 2, **Expert parallelism**: EP = 8
    - **EP groups**: 8 groups of 4 GPUs each   <!-- DV213 -->
    ```

    ## References
    - lepikhin-2020, section 3
    """
    degree = case.known("strategy.ep")
    if degree.value < 2 or case.has_several("strategy.ep", "strategy.tp"):
        return
    tp = value_or(case.strategy.tp, 1)
    groups = [each for each in case.claims("group.devices") if each.cause == "ep group"]
    sizes = {
        degree.value * split * value_or(case.strategy.cp, 1) for split in (1, tp, value_or(case.strategy.expert_tp, 1))
    }
    wrong = [each for each in groups if each.value not in sizes]
    if wrong:
        yield _finding(case, degree, wrong)
    for claim in case.claims("group.devices"):
        if claim.cause == "ep in tp" and claim.value > max(1, tp) and case.has("strategy.tp"):
            yield Finding(
                at=claim,
                message=f"{figures(claim.value)} expert-parallel ranks in a tensor-parallel group, which has "
                f"{figures(tp)} devices",
                stated=claim.value,
                computed=tp,
                also=((degree, "expert parallelism"), (case.known("strategy.tp"), "tensor parallelism")),
                help="count the ranks of a stage, or those of one tensor-parallel group",
            )


def _finding(case: Case, degree: Known[int], wrong: list[Claim]) -> Finding:
    first = wrong[0]
    ranks = first.index == degree.value
    split = value_or(case.strategy.tp, 1)
    beside = f" ({figures(degree.value * split)} with tp = {split} inside the experts)" if split > 1 else ""
    return Finding(
        at=first,
        message=f"an expert-parallel group of {figures(first.value)} devices, but with ep = {figures(degree.value)} "
        + ("these are its ranks: a group has all of them" if ranks else f"a group has {figures(degree.value)}{beside}"),
        stated=first.value,
        computed=degree.value,
        severity=Severity.INFO if ranks else None,
        also=(*((each, "and here") for each in wrong[1:]), (degree, "expert parallelism")),
        help="give a group one device, or one tensor-parallel group, for each rank of the degree",
    )
