"""ME111: a stated memory use above the memory of a device."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.breakdown import TOTALS
from stratc.analysis.case import Case
from stratc.arith.quantity import BINARY_SLACK
from stratc.arith.unit import BYTE, show
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.ir.statement import Per, Relation
from stratc.rules.rule import Finding, rule


@rule("ME111", category=Category.MEMORY, severity=Severity.ERROR)
def memory_over_capacity(case: Case) -> Iterator[Finding]:
    """A device is given more memory use than it has memory.

    ## What it finds
    A figure for one device, a total or a part, above the stated capacity; of a range, its lower end.

    ## Why it matters
    The run stops with an out-of-memory error before its first step.

    ## Example
    ```plan
    - **GPU memory**: 40 GB per GPU
    - **Total memory per GPU**: 52 GB   <!-- ME111 -->
    ```

    ## References
    - rajbhandari-2020, section 1
    """
    capacity = case.known("hardware.memory")
    for claim in case.claims(*TOTALS, "memory.weights", "memory.kv_cache", "memory.activations"):
        over = claim.quantity.low > capacity.value * (1 + BINARY_SLACK)
        if claim.per is Per.DEVICE and over and claim.relation in (Relation.IS, Relation.MORE, Relation.AT_LEAST):
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} on a device that has {show(capacity.value, BYTE)}",
                stated=claim.value,
                computed=capacity.value,
                unit=BYTE,
                also=((capacity, "memory of a device"),),
                help="divide the model further, or shorten the batch or the sequences",
            )
