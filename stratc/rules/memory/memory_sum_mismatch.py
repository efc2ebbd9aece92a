"""ME101: a memory total against the parts listed with it."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.breakdown import Breakdown, breakdowns
from stratc.analysis.case import Case
from stratc.analysis.setting import width_or_none
from stratc.arith.quantity import APPROXIMATE
from stratc.arith.unit import BYTE, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

SLACK = 0.05  # beside rounding and prefixes


@rule("ME101", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def memory_sum_mismatch(case: Case) -> Iterator[Finding]:
    """A memory total is not the sum of the parts listed with it.

    ## What it finds
    A total and, before it in the same list, its parts; experts and attention are not added where the weights that
    hold them are listed too.  Both ends of a range must fit.

    ## Why it matters
    Either a part is missing, or one is counted twice; which of the two decides whether the plan fits the device.

    ## Example
    ```plan
    ### Memory per GPU
    - **Weights**: 12 GB
    - **KV cache**: 20 GB
    - **Activations**: 4 GB
    - **Total memory**: 48 GB per GPU   <!-- ME101 -->
    ```

    ## References
    - kwon-2023, section 3
    """
    for found in breakdowns(case, width_or_none(case)):
        if not _fits(found) and not _states_alone(found):
            yield _finding(found)


def _states_alone(found: Breakdown) -> bool:
    """Whether it totals training states, which may be listed one on top of the other."""
    return found.total.metric == "memory.training" and found.has("memory.gradients") and found.has("memory.optimizer")


def _fits(found: Breakdown) -> bool:
    total = found.total.quantity
    loose = total.approximate or any(part.claim.quantity.approximate for part in found.summands)
    slack = max(SLACK, APPROXIMATE if loose else 0.0)
    return all(
        abs(end - summed) <= max(slack * summed, total.step)
        for end, summed in ((total.low, found.low), (total.high, found.high))
    )


def _finding(found: Breakdown) -> Finding:
    total = found.total
    span = show(found.low, BYTE) if found.low == found.high else f"{show(found.low, BYTE)} to {show(found.high, BYTE)}"
    return Finding(
        at=total,
        message=f"{total.quantity.show()} in all, but the {len(found.summands)} parts add up to {span}",
        stated=total.value,
        computed=found.high,
        unit=BYTE,
        also=tuple((part.claim, show(part.high, BYTE)) for part in found.summands),
        help="list the part that is missing, or take out what is counted twice",
    )
