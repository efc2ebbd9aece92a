"""ME119: weights of a stage that do not fit its devices."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.memory import device_memory
from stratc.analysis.parameters import is_disputed
from stratc.analysis.setting import element_bytes
from stratc.arith.quantity import BINARY_SLACK
from stratc.arith.unit import BYTE, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("ME119", category=Category.MEMORY, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def device_overfull(case: Case) -> Iterator[Finding]:
    """The weights that one device gets are more than its memory.

    ## What it finds
    The architecture divided by the stated degrees, stage by stage: weights alone, in the stated precision, above the
    capacity of a device.  A plan that gives one of these twice, differently, is not weighed.

    ## Why it matters
    Loading the model fails on the first device of that stage, whatever batch or length is chosen.

    ## Example
    ```plan
    - **Layers**: 80
    - **Hidden size**: 8192
    - **Attention heads**: 64
    - **FFN hidden size**: 28672
    - **Vocabulary size**: 128256
    - **Precision**: BF16
    - **GPU memory**: 40 GB per GPU
    - **Tensor parallelism**: TP = 2   <!-- ME119 -->
    ```

    ## References
    - shoeybi-2019, section 3
    """
    capacity, tp, width = case.known("hardware.memory"), case.known("strategy.tp"), element_bytes(case)
    if is_disputed(case, "hardware.memory", "strategy.tp", "strategy.pp", "strategy.ep"):
        return
    worst = device_memory(case).worst_weights
    if worst is not None and worst.weights is not None and worst.weights > capacity.value * (1 + BINARY_SLACK):
        yield Finding(
            at=tp,
            message=f"{show(worst.weights, BYTE)} of weights on a device of stage {worst.stage}, at {width:g} bytes "
            f"a parameter, but a device has {show(capacity.value, BYTE)}",
            stated=capacity.value,
            computed=worst.weights,
            unit=BYTE,
            also=((capacity, "memory of a device"),),
            help="divide the model further, or choose a narrower precision",
        )
