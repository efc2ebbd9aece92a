"""SE115: tensor parallelism inside one device."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("SE115", category=Category.SEMANTICS, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def tensor_group_in_one_device(case: Case) -> Iterator[Finding]:
    """Tensor parallelism of several ways is said to stay inside each device.

    ## What it finds
    A tensor-parallel degree above one whose splitting or communication a plan calls internal to each device.

    ## Why it matters
    Tensor parallelism divides every matrix over as many devices, which exchange their parts in each layer.  Inside one
    device there is nothing to divide: either the plan needs that many times the devices, or the degree is one.

    ## Example
    ```plan
    - **Tensor parallelism**: TP = 4
    - TP communication is internal to each GPU   <!-- SE115 -->
    ```

    ## References
    - shoeybi-2019, section 3
    """
    degree = case.known("strategy.tp")
    for mention in case.mentions("tensor_group_in_device"):
        if degree.value > 1:
            yield Finding(
                at=mention,
                message=f"{degree.value}-way tensor parallelism said to stay inside one device, but it needs "
                f"{degree.value} devices",
                computed=degree.value,
                label="said here",
                also=((degree, "tensor parallelism"),),
                help="count a device for every way of the split, or set the degree to 1",
            )
