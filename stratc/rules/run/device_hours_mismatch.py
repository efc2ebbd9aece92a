"""RN104: device-hours against devices and time."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.run import device_hours, judged
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.held import held
from stratc.rules.rule import Finding, rule

NEAR = 0.08
ADVICE = "multiply the devices by the hours of the run"


@rule("RN104", category=Category.ARITHMETIC, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def device_hours_mismatch(case: Case) -> Iterator[Finding]:
    """The device-hours of a run are not its devices × its hours.

    ## What it finds
    Device-hours that are not the number of devices × the time of the run, wherever in the plan they stand.  Silent
    where the lines beside them work them out.

    ## Why it matters
    Allocations are granted in device-hours; a figure of device-days is too small by 24.

    ## Example
    ```plan
    # Training
    - **GPUs**: 64 H100
    - **Training time**: 10 days

    ## Charge
    - Total for the run: 640 GPU-hours   <!-- RN104 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    yield from held(case, judged(case, "run.device_hours"), device_hours, "device-hours", NEAR, ADVICE)
