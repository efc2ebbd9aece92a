"""PE161: memory read faster than it can be."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.topology import FASTEST_MEMORY
from stratc.analysis.said.promise import PROMISED, is_below, said
from stratc.arith.term import Named, Term, lift
from stratc.arith.unit import SECOND, UNITS, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per, Relation
from stratc.rules.rule import Finding, rule

HELD = ("memory.weights", "memory.total", "memory.inference")
SPARSE = 10  # times too fast beyond which the experts that a pass leaves out are no explanation


@rule("PE161", category=Category.LATENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def memory_read_too_fast(case: Case) -> Iterator[Finding]:
    """The time for reading memory is less than the stated bytes take at the bandwidth of a device.

    ## What it finds
    A "memory latency" or "weight read time" below the weights of a device, or else all of its memory in use, over its
    memory bandwidth; where the plan states none, over the highest that is published, and then as a remark.

    ## Why it matters
    A step of decoding reads the weights once: this time is its floor, and a figure that memory cannot deliver makes
    every latency derived from it too small.

    ## Example
    ```plan
    - **Weights per GPU**: 60 GB
    - **Memory bandwidth**: 3.35 TB/s
    - **Memory latency**: 2 ms   <!-- PE161 -->
    ```

    ## References
    - williams-2009, section 3
    """
    held = next((each for metric in HELD for each in case.claims(metric, roles=PROMISED) if _is_of_device(each)), None)
    if held is None:
        return
    bound = lift(Named("a device", held.value, held, held.quantity.unit) / _bandwidth(case))
    sparse = case.has("model.experts") and case.known("model.experts").value > 1
    for claim in case.claims("time.memory"):
        if is_below(claim, bound.value) and not (sparse and claim.value * SPARSE > bound.value):
            yield Finding(
                at=claim,
                message=f"{said(claim)} for reading memory stated, but {bound} = {show(bound.value, SECOND)}",
                because=bound,
                stated=claim.value,
                unit=SECOND,
                certainty=None if case.has("hardware.memory_bandwidth") else Certainty.JUDGEMENT,
                help="divide the bytes that are read by the memory bandwidth",
            )
            return


def _is_of_device(claim: Claim) -> bool:
    return claim.per is Per.DEVICE and claim.relation is Relation.IS and not claim.quantity.is_range


def _bandwidth(case: Case) -> Term:
    if case.has("hardware.memory_bandwidth"):
        return lift(case.number("hardware.memory_bandwidth"))
    return Named("of the fastest memory published", FASTEST_MEMORY, None, UNITS["TB/s"])
