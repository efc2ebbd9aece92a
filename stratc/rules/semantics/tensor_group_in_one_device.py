"""SE115: tensor parallelism inside one device."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known, value_or
from stratc.rules.rule import Finding, rule


@rule("SE115", category=Category.SEMANTICS, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def tensor_group_in_one_device(case: Case) -> Iterator[Finding]:
    """Tensor parallelism of several ways is said to stay inside each device.

    ## What it finds
    Tensor parallelism whose splitting or communication a plan calls internal to each device, unless its degree is one;
    also tensor parallelism applied within each expert where the devices are as many as the ranks of the experts.

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
    mentions = tuple(case.mentions("tensor_group_in_device"))
    if not mentions:
        yield from _without_devices(case)
    fact = case.fact("strategy.tp")
    degree = fact if isinstance(fact, Known) and fact.is_stated else None
    for mention in mentions:
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


def _without_devices(case: Case) -> Iterator[Finding]:
    """Experts said to be split where as many devices as expert-parallel ranks leave each expert a single one."""
    split, ep = case.fact("strategy.expert_tp"), case.fact("strategy.ep")
    devices = case.fact("strategy.device_count")
    if not (isinstance(split, Known) and isinstance(ep, Known) and isinstance(devices, Known)) or split.value < 2:
        return
    stages, replicas = (value_or(case.fact(f"strategy.{axis}"), 1) for axis in ("pp", "dp"))
    disputed = case.has_several("strategy.tp", "strategy.ep", "strategy.device_count", "strategy.expert_tp")
    if not disputed and split.is_stated and devices.value == ep.value * stages * replicas and ep.value > 1:
        yield Finding(
            at=split,
            message=f"experts split over {split.value} devices, but {ep.value} ep on {devices.value} devices leave "
            "each expert a single one",
            computed=ep.value * split.value,
            also=((ep, "expert parallelism"), (devices, "all devices")),
            help=f"count {split.value} devices for each rank of the experts, or leave tensor parallelism out of them",
        )
