"""ME124: more memory traffic than the memory carries."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.term import Named, lift
from stratc.arith.unit import BYTE_RATE, UNITS, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.scope import Topic
from stratc.rules.rule import Finding, rule

SLACK = 1.1  # bandwidths are rounded


@rule("ME124", category=Category.UNITS, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def traffic_above_bandwidth(case: Case) -> Iterator[Finding]:
    """More bytes a second are read than the memory of all devices together delivers.

    ## What it finds
    A rate in a section on memory above memory bandwidth × devices, such as gigabytes a millisecond where gigabytes a
    second are meant.

    ## Why it matters
    A share of the bandwidth worked out from such a rate mixes two units, and hides that the memory is the bottleneck.

    ## Example
    ```plan
    - **Total GPUs**: 8
    - **VRAM bandwidth**: 2 TB/s

    ## Memory bandwidth
    - **Parameter access**: 300 MB × 100 accesses/ms = 30 GB/ms   <!-- ME124 -->
    ```

    ## References
    - williams-2009, section 3
    """
    roof = lift(case.number("hardware.memory_bandwidth") * case.number("strategy.device_count"))
    rates = [
        each for each in case.claims("equation", "traffic.memory", "communication.bandwidth") if _is_of_memory(each)
    ]
    above = [each for each in rates if each.quantity.low > roof.value * SLACK]
    if above:
        first, *others = above
        times = lift(Named("stated", first.value, first, UNITS["GB/s"])) / roof
        yield Finding(
            at=first,
            message=f"{first.quantity.show()} is {show(first.value, BYTE_RATE)}, but all devices read at most "
            f"{roof} = {show(roof.value, BYTE_RATE)}",
            because=times,
            stated=first.value,
            computed=roof.value,
            unit=BYTE_RATE,
            also=tuple((each, "and here") for each in others),
            help="count bytes and bandwidth for the same time",
        )


def _is_of_memory(claim: Claim) -> bool:
    named = claim.metric == "traffic.memory" or Topic.MEMORY in claim.scope.topics
    return named and claim.quantity.dimension == BYTE_RATE
