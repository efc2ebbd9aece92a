"""SE106: the heads of a device given as those of its group."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.term import plain
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known
from stratc.rules.rule import Finding, rule


@rule("SE106", category=Category.SEMANTICS, severity=Severity.INFO, certainty=Certainty.LIKELY)
def heads_of_device_given_to_group(case: Case) -> Iterator[Finding]:
    """The heads that one device computes are given as those of the tensor-parallel group.

    ## What it finds
    Heads, or columns of a matrix, divided by the tensor-parallel degree, called those of a group.

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
    yield from _widths(case)
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


def _widths(case: Case) -> Iterator[Finding]:
    """Columns said to be those of a group that one device has."""
    tp = case.known("strategy.tp")
    keys = ("model.hidden_size", "model.ffn_hidden_size", "model.expert_hidden_size")
    widths = [fact for key in keys if isinstance(fact := case.fact(key), Known)]
    for claim in case.claims("group.width") if tp.value > 1 else ():
        whole = next((each for each in widths if each.value == claim.value * tp.value), None)
        if whole is not None:
            yield Finding(
                at=claim,
                message=f"{claim.value:g} columns of a group stated, but {whole.value} ÷ {tp.value} tp = "
                f"{claim.value:g} are those of one device; the group holds all {whole.value}",
                stated=claim.value,
                computed=whole.value,
                label="of a device",
                also=((whole, "the whole width"), (tp, "devices of a group")),
                help="write columns per device",
            )
