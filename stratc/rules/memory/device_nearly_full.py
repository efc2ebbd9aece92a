"""ME127: weights that leave a server no room."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.memory.amounts import least_device_weights
from stratc.analysis.memory.setting import is_training
from stratc.analysis.model.parameters import is_disputed
from stratc.analysis.model.published import departures
from stratc.arith.unit import BYTE, PERCENT, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

FULL = 0.85  # of the memory; servers take a tenth for activations, graphs and the runtime
OVER = 1.0  # which device-overfull tells


@rule("ME127", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def device_nearly_full(case: Case) -> Iterator[Finding]:
    """The weights that one device gets leave next to nothing to the key-value cache.

    ## What it finds
    Attention, experts and feed-forward blocks of the architecture divided by the stated degrees, vocabulary not
    counted, between 85 and 100 per cent of a device's memory, in a plan that does not train.  Attention lies undivided
    on every device where the tensor-parallel degree is one, however many devices share the experts.  A judgement where
    the memory is not what is published for the accelerator.

    ## Why it matters
    The server starts, and has room for a handful of requests; the batch of the plan does not fit.

    ## Example
    ```plan
    # Serving
    - **Layers**: 60
    - **Hidden size**: 7168
    - **Attention heads**: 56
    - **Head dimension**: 128
    - **FFN hidden size**: 28672
    - **Precision**: BF16
    - **GPU memory**: 80 GB per GPU
    - **Pipeline parallelism**: PP = 1
    - **Tensor parallelism**: TP = 1   <!-- ME127 -->
    ```

    ## References
    - kwon-2023, section 3
    """
    capacity, tp = case.known("hardware.memory"), case.known("strategy.tp")
    if is_training(case) or is_disputed(case, "strategy.tp", "strategy.pp", "strategy.ep"):
        return
    derated = any(departures(case, ("hardware.memory",)))  # from what is published for the accelerator
    if case.has_several("hardware.memory") and not derated:
        return
    weights = least_device_weights(case)
    if not FULL * capacity.value <= weights.value <= OVER * capacity.value:
        return
    yield Finding(
        at=tp,
        message=f"at least {weights} = {show(weights.value, BYTE)} of weights on a device of "
        f"{show(capacity.value, BYTE)}, which is {show(weights.value / capacity.value, PERCENT)} of it",
        because=weights,
        stated=capacity.value,
        computed=weights.value,
        unit=BYTE,
        also=((capacity, "memory of a device"),),
        certainty=Certainty.JUDGEMENT if derated else None,
        help="divide attention as well, or choose a narrower precision",
    )
