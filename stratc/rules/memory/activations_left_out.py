"""ME125: the memory of serving without activations."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.memory.breakdown import breakdowns
from stratc.analysis.memory.setting import is_training, width_or_none
from stratc.arith.unit import BYTE
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule

ROUNDING = 0.02


@rule("ME125", category=Category.MEMORY, severity=Severity.INFO, certainty=Certainty.LIKELY)
def activations_left_out(case: Case) -> Iterator[Finding]:
    """The memory of a device that serves is weights and cache alone.

    ## What it finds
    A total of a device that lists weights and key-value cache, comes to their sum, and leaves nothing to activations,
    workspace or buffers.

    ## Why it matters
    A prompt of many tokens passes every layer at once: its activations and the workspace of collectives take gigabytes,
    and servers that fill the rest with cache run out of memory on the first long batch.

    ## Example
    ```plan
    # Serving
    ## Memory
    - **Model weights per GPU**: 10 GB
    - **KV cache per GPU**: 20 GB
    - **Total memory per GPU**: 30 GB   <!-- ME125 -->
    ```

    ## References
    - kwon-2023, section 3
    """
    if is_training(case):
        return
    for found in breakdowns(case, width_or_none(case)):
        whole = found.has("memory.weights") and found.has("memory.kv_cache")
        rest = found.has("memory.activations", "memory.buffers")
        summed = abs(found.high - found.total.value) <= ROUNDING * found.total.value
        if whole and not rest and summed and found.total.per is Per.DEVICE:
            yield Finding(
                at=found.total,
                message=f"{found.total.quantity.show()} of weights and cache, which leaves nothing to activations and "
                "workspace",
                stated=found.total.value,
                unit=BYTE,
                label="nothing else in this",
                help="add the activations of the largest batch of prompts, and the buffers of collectives",
            )
