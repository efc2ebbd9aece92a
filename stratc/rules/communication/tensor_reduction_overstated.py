"""CO101: less all-reduce traffic by a smaller tensor-parallel degree."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.said.promise import promises, said
from stratc.analysis.speed.communication import saved_all_reduce
from stratc.arith.term import lift, plain
from stratc.arith.unit import PERCENT, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known
from stratc.rules.rule import Finding, rule

NEAR = 0.05


@rule("CO101", category=Category.COMMUNICATION, severity=Severity.INFO, certainty=Certainty.LIKELY)
def tensor_reduction_overstated(case: Case) -> Iterator[Finding]:
    """A smaller tensor-parallel degree is credited with more saved traffic than a ring all-reduce saves.

    ## What it finds
    A reduction of tensor-parallel communication beside an earlier degree, against 2 (n - 1) ÷ n messages a device.

    ## Why it matters
    Halving the degree does not halve what each device sends: from 4 to 2 it saves a third.

    ## Example
    ```plan
    ## Original plan
    - **Tensor Parallelism**: 4-way
    ## Revised plan
    - **Tensor Parallelism**: 2-way
    - **Communication**: 50% reduction in TP communication overhead   <!-- CO101 -->
    ```

    ## References
    - nccl-tests, bus bandwidth of an all-reduce
    - thakur-2005, section 4
    """
    now = case.known("strategy.tp")
    before = {each.tp.value: each.tp for each in case.plan.rejected if isinstance(each.tp, Known)}
    before.pop(now.value, None)
    if len(before) != 1:
        return
    earlier = next(iter(before.values()))
    saved = saved_all_reduce(case, earlier)
    for claim in promises(case, "reduction.communication"):
        if claim.cause == "tp" and claim.quantity.low > plain(saved) + NEAR:
            yield Finding(
                at=claim,
                message=f"{said(claim)} less communication claimed, but from {earlier.value} to {now.value} "
                f"devices a ring all-reduce sends {show(plain(saved), PERCENT)} less",
                because=lift(saved),
                stated=claim.value,
                unit=PERCENT,
            )
