"""ME112: weights that do not fit all devices together."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.memory.amounts import stated_weights
from stratc.analysis.model.parameters import is_disputed
from stratc.arith.quantity import BINARY_SLACK
from stratc.arith.unit import BYTE, show
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule


@rule("ME112", category=Category.MEMORY, severity=Severity.ERROR)
def model_beyond_memory(case: Case) -> Iterator[Finding]:
    """The weights alone are more than the memory of all devices together.

    ## What it finds
    Declared parameters times the bytes of the precision, or the one figure given for all weights, against the number of
    devices times their memory.  Plans that keep weights elsewhere, or train adapters, are left alone.

    ## Why it matters
    No division of the model makes it fit; it needs more devices, smaller weights, or offloading.

    ## Example
    ```plan
    - **Model size**: 400B parameters
    - **Precision**: BF16
    - **GPU memory**: 80 GB per GPU
    - **Total GPUs**: 8   <!-- ME112 -->
    ```

    ## References
    - rajbhandari-2020, section 1
    """
    key = "strategy.device_count" if case.has("strategy.device_count") else "hardware.device_count"
    devices, memory, weights = case.known(key), case.known("hardware.memory"), stated_weights(case)
    if is_disputed(case, "hardware.memory", key, "model.parameters") or any(case.mentions("offload", "adapters")):
        return
    room = devices.value * memory.value
    if weights.value > room * (1 + BINARY_SLACK):
        yield Finding(
            at=devices,
            message=f"{devices.value:,} {'device has' if devices.value == 1 else 'devices have'} {show(room, BYTE)} "
            f"of memory, but the weights take {show(weights.value, BYTE)}",
            because=weights,
            stated=room,
            unit=BYTE,
            also=((memory, "memory of a device"),),
            help="use more devices or a narrower precision",
        )
