"""PE233: a throughput in total that only multiplies what is required of a device."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.repeated import repeated_requirement
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("PE233", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def requirement_taken_for_result(case: Case) -> Iterator[Finding]:
    """The throughput of all devices is the requirement of one times their number, and is called met.

    ## What it finds
    A target said to be met, in a plan whose throughput in total multiplies the very rate that is required of a device,
    and which has no other rate, worked out of operations or times.

    ## Why it matters
    It would come out the same for any model on any device: whether the target is met is still open.

    ## Example
    ```plan
    - **Target throughput per GPU**: 100 tokens/ms
    - **Total throughput**: 64 GPUs × 100 tokens/ms = 6,400 tokens/ms

    The configuration meets all throughput requirements.   <!-- PE233 -->
    ```

    ## References
    - iso-80000-1, quantities and units
    """
    found = repeated_requirement(case)
    if found is not None:
        yield Finding(
            at=found.met,
            message=f"the throughput is called met, but {found.total.quantity.show()} only multiply the "
            f"{found.required.quantity.show()} required of a device",
            also=((found.total, "the total"), (found.required, "required")),
            label="said here",
            help="work the rate of a device out of its operations, bytes or measured times",
        )
