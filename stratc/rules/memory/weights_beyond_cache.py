"""ME146: weights that are to stay in a cache which is far smaller."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.devices import device_count
from stratc.analysis.memory.amounts import stated_weights
from stratc.arith.term import lift
from stratc.arith.unit import BYTE, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

LARGEST = 256e6
"""Bytes of the largest cache on an accelerator with memory beside it: that of the MI300X.

Source: chipsandcheese-2023.
"""
LEAST = 0.5  # bytes of a parameter, where the plan does not say: four bits


@rule("ME146", category=Category.MEMORY, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def weights_beyond_cache(case: Case) -> Iterator[Finding]:
    """The weights of a device are said to stay in its cache, which holds a small part of them at most.

    ## What it finds
    Weights, layers or stages that are said to fit into the L2 cache or the SRAM of their devices, where the model over
    all devices is more than the largest such cache.  Only in a plan that gives its devices a memory of their own.

    ## Why it matters
    Every pass reads the weights from memory; latencies that leave this out are several times too short.

    ## Example
    ```plan
    - **Parameters**: 30B
    - **Precision**: BF16
    - **Total GPUs**: 8
    - **GPU memory**: 80 GB per GPU
    - The weights of every stage stay resident in the L2 cache.   <!-- ME146 -->
    ```

    ## References
    - chipsandcheese-2023, section on the Infinity Cache
    """
    said = tuple(case.mentions("weights_in_cache"))
    if not said or not (case.has("hardware.memory") or case.has("hardware.memory_bandwidth")):
        return
    precise = case.has("model.precision")
    whole = stated_weights(case) if precise else case.number("model.parameters") * LEAST
    held = lift(whole / device_count(case))
    if held.value <= LARGEST:
        return
    yield Finding(
        at=said[0],
        message=f"weights kept in the cache, but {held} = {show(held.value, BYTE)} on each device"
        f"{'' if precise else ' even at four bits'}, and no cache has more than {show(LARGEST, BYTE)}",
        because=held,
        stated=LARGEST,
        computed=held.value,
        unit=BYTE,
        label="said here",
        help="read the weights from memory in every pass, and count that time",
    )
