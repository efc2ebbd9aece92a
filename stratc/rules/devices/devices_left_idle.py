"""DV302: most of the devices stand idle."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.workings import adds_up_to
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

SHARE = 0.5  # of the devices, up to which a plan leaves as many idle as it uses


@rule("DV302", category=Category.OVERPROVISION, severity=Severity.WARNING, certainty=Certainty.JUDGEMENT)
def devices_left_idle(case: Case) -> Iterator[Finding]:
    """The strategy uses half of the available devices or fewer.

    ## What it finds
    A stated total of the strategy that is at most half of the devices that the plan says it has.  Others may need the
    rest, so it is a judgement; a launch, of which there may be several, and a plan of several pools are left alone,
    and so is one that adds up what shares the devices.

    ## Why it matters
    What is paid for and idle could hold replicas, and a share of the devices that is counted as fully used hides it.

    ## Example
    ```plan
    - **Available GPUs**: 32 <!-- DV302 -->
    - **Tensor Parallel (TP)**: 4
    - **Pipeline Parallel (PP)**: 2
    - **Total GPUs**: 8
    ```

    ## References
    - narayanan-2021, section 3
    """
    available, used = case.known("hardware.device_count"), case.known("strategy.device_count")
    if case.launch or case.is_set(available) or case.plan.further:
        return  # what is launched may be launched several times, and a second pool has the rest
    if any(adds_up_to(each, available.value) for each in case.claims("equation", "strategy.device_count")):
        return
    if available.is_stated and used.is_stated and used.value <= SHARE * available.value:
        yield Finding(
            at=available,
            message=f"{figures(available.value)} devices are available, but the strategy uses {figures(used.value)}: "
            f"{figures(available.value - used.value)} stand idle",
            stated=available.value,
            computed=used.value,
            label="available",
            also=((used, "used"),),
            help="add replicas, or say what the other devices do",
        )
