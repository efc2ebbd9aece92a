"""DV209: parts that are said to match the devices, and are fewer."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.rules.rule import Finding, rule


@rule("DV209", category=Category.CONSISTENCY, severity=Severity.ERROR, certainty=Certainty.DEFINITE)
def parts_fewer_than_devices(case: Case) -> Iterator[Finding]:
    """The parts of the model are said to match the devices, but by the plan's own count a device has less than one.

    ## What it finds
    Words such as "the module division matches the GPU count" in a plan that divides its parts by its devices and comes
    to less than one part a device.  Also one expert a device, with experts of all layers that are fewer than the
    devices and do not divide them.

    ## Why it matters
    Devices without a part of their own share one or stand idle; the check that was ticked found the opposite.

    ## Example
    ```plan
    - **Modules**: 12 layers × 8 experts = 96 expert modules
    - **Per-GPU modules**: 96 ÷ 384 = 0.25 modules per GPU
    - **Verification**: module division matches the GPU count   <!-- DV209 -->
    ```

    ## References
    - huang-2019, section 2.2
    """
    yield from _one_expert_each(case)
    said = tuple(case.mentions("parts_match_devices"))
    share = next(filter(_is_fraction, case.claims("parts.device")), None)
    if not said or share is None:
        return
    yield Finding(
        at=said[0],
        message=f"parts said to match the devices, but each device has {share.quantity.show()} of a part",
        stated=1,
        computed=share.value,
        label="said here",
        also=(*((each, "and here") for each in said[1:]), (share, "parts of a device")),
        help="say how many devices share a part, or count the parts that each device has",
    )


def _is_fraction(claim: Claim) -> bool:
    return claim.quantity.high < 1


def _one_expert_each(case: Case) -> Iterator[Finding]:
    """A device for every expert of every layer, and more devices than experts."""
    keys = ("strategy.experts_per_device", "strategy.ep", "model.experts", "strategy.device_count")
    if not case.has(*keys):
        return
    held, ep, experts, devices = (case.known(key) for key in keys)
    pooled = ep.value > experts.value > 1 and held.value == 1 and held.is_stated and devices.is_stated
    if pooled and devices.value > ep.value and devices.value % ep.value:
        yield Finding(
            at=held,
            message=f"one expert a device on {figures(devices.value)} devices, but there are "
            f"{figures(ep.value)} expert-parallel ranks",
            stated=devices.value,
            computed=ep.value,
            also=((devices, "devices"), (ep, "ranks")),
            severity=Severity.WARNING,
            certainty=Certainty.LIKELY,
            help="say what the other devices hold",
        )
