"""DV222: fewer places for experts than a layer has experts."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.devices import device_count
from stratc.arith.term import lift
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known
from stratc.rules.rule import Finding, rule

KEYS = ("strategy.experts_per_device", "strategy.device_count", "hardware.device_count", "model.experts")


@rule("DV222", category=Category.GPU_COUNT, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def experts_without_device(case: Case) -> Iterator[Finding]:
    """All devices together hold fewer experts than one layer has.

    ## What it finds
    Experts per device times the devices below the experts of a layer, in a plan that names no expert-parallel degree.

    ## Why it matters
    The experts that are left have no device: the tokens routed to them cannot be computed.

    ## Example
    ```plan
    - **Experts**: 96 per layer
    - **Total GPUs**: 48
    - **Experts per GPU**: 1   <!-- DV222 -->
    ```

    ## References
    - lepikhin-2020, section 3
    """
    held = case.known("strategy.experts_per_device")
    places = lift(case.number("strategy.experts_per_device") * device_count(case))
    experts = case.known("model.experts")
    named = case.fact("strategy.ep")
    if case.has_several(*KEYS) or (isinstance(named, Known) and named.is_stated) or places.value >= experts.value:
        return
    yield Finding(
        at=held,
        message=f"{figures(experts.value)} experts in a layer, but {places} = {figures(places.value)} places for them",
        because=places,
        stated=held.value,
        also=((experts, "the experts"),),
        help="give every expert a device",
    )
