"""SE106: the heads of a device given as those of its group."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.term import plain
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("SE106", category=Category.SEMANTICS, severity=Severity.INFO, certainty=Certainty.LIKELY)
def heads_of_device_given_to_group(case: Case) -> Iterator[Finding]:
    """The heads that one device computes are given as those of the tensor-parallel group.

    ## What it finds
    Heads divided by the tensor-parallel degree, called heads of a group.

    ## Why it matters
    The group holds all heads together; a figure for each group makes one model look like several.

    ## Example
    ```plan
    - **Attention heads**: 32
    - **Tensor Parallel**: TP = 4
    - **Head distribution**: 8 heads per TP group (32 heads ÷ 4 = 8)   <!-- SE106 -->
    ```

    ## References
    - shoeybi-2019, section 3
    """
    heads, tp = case.known("model.heads"), case.known("strategy.tp")
    share = case.number("model.heads") / case.number("strategy.tp")
    said = case.known("strategy.heads_per_device")
    if tp.value < 2 or said.value != plain(share):
        return
    for mention in case.mentions("heads_of_group"):
        yield Finding(
            at=mention,
            message=f"heads of a group stated, but {share} = {heads.value / tp.value:g} heads are those of one device; "
            f"the group holds all {heads.value}",
            label="of a device",
            computed=heads.value,
            also=((heads, "heads"), (tp, "devices of a group")),
            help="write heads per device",
        )
