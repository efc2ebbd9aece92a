"""SE115: tensor parallelism inside one device."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known
from stratc.rules.rule import Finding, rule


@rule("SE115", category=Category.SEMANTICS, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def tensor_group_in_one_device(case: Case) -> Iterator[Finding]:
    """Tensor parallelism of several ways is said to stay inside each device.

    ## What it finds
    Tensor parallelism whose splitting or communication a plan calls internal to each device, unless its degree is one.

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
    fact = case.fact("strategy.tp")
    degree = fact if isinstance(fact, Known) and fact.is_stated else None
    for mention in case.mentions("tensor_group_in_device"):
        if degree is None or degree.value > 1:
            ways, need = (f"{degree.value}-way ", f"{degree.value}") if degree else ("", "several")
            yield Finding(
                at=mention,
                message=f"{ways}tensor parallelism said to stay inside one device, but it needs {need} devices",
                computed=degree.value if degree else None,
                label="said here",
                also=((degree, "tensor parallelism"),) if degree else (),
                help="count a device for every way of the split, or set the degree to 1",
            )
