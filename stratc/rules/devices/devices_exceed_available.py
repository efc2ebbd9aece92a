"""DV102: the devices a strategy uses against those there are."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.devices import conventions, is_uneven
from stratc.arith.term import lift, plain
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("DV102", category=Category.GPU_COUNT, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def devices_exceed_available(case: Case) -> Iterator[Finding]:
    """The strategy needs more devices than the cluster has.

    ## What it finds
    A stated number of available devices below what the degrees need under every convention in use, in a plan that does
    not state how many it uses.  Plans that place unequal stages on named devices are left alone.

    ## Why it matters
    The job cannot be started.

    ## Example
    ```plan
    - **Available GPUs**: 8 <!-- DV102 -->
    - **Tensor Parallel (TP)**: 8
    - **Pipeline Parallel (PP)**: 2
    ```

    ## References
    - narayanan-2021, section 3
    """
    available = case.known("hardware.device_count")
    if is_uneven(case) or case.has("strategy.device_count"):
        return  # a stated total is compared with the degrees by world-size-mismatch
    needed = lift(min((each.devices for each in conventions(case, available.value)), key=plain))
    if needed.value <= available.value:
        return
    yield Finding(
        at=available,
        message=f"{needed} = {figures(needed.value)} devices, but {figures(available.value)} are available",
        because=needed,
        stated=available.value,
        label="available",
        help="lower a degree, or say where the other devices come from",
    )
