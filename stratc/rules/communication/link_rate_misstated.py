"""CO210: a rate beside the name of a link against what that link carries."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose
from typing import TypeAlias

from stratc.analysis.case import Case
from stratc.analysis.memory.setting import amount
from stratc.analysis.speed.links import GENERATIONS, LANES, PCIE, PORTS, LinkRate, link_rates, nvlink_total
from stratc.arith.term import Literal
from stratc.arith.unit import BYTE_RATE, UNITS, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

NEAR = 0.035  # of 31.5 GB/s for 32, of 896 GB/s for 900
SAME = 0.004  # of a figure that is another one's
BITS = 8
Fault: TypeAlias = tuple[float | None, str]
"""The right rate, where the plan tells enough for it, and what the stated one is instead."""


@rule("CO210", category=Category.TOPOLOGY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def link_rate_misstated(case: Case) -> Iterator[Finding]:
    """A link is given a rate that it does not have.

    ## What it finds
    The published rate of NVLink, PCIe or InfiniBand under another reading: both directions called one or one called
    both, the bandwidth of the device's memory, the rate of another generation, or gigabits of a port as gigabytes.
    Measured and effective rates are left alone, and so are those of several ports.

    ## Why it matters
    Every time of a collective or a transfer is its bytes over that rate.

    ## Example
    ```plan
    - **GPUs**: 8 × H100 SXM
    - **Links**: NVLink 4 at 900 GB/s in each direction   <!-- CO210 -->
    ```

    ## References
    - nvidia-nvlink, table of generations
    - pci-sig, data rates by generation
    """
    for rate in link_rates(case):
        found = _of_nvlink(case, rate) if rate.is_peer else _of_pcie(rate) if rate.kind == "pcie" else _of_port(rate)
        if found:
            right, why = found
            yield Finding(
                at=rate.claim,
                message=f"{rate.claim.quantity.show()} stated, but {why}",
                because=Literal(right, UNITS["GB/s"]) if right else None,
                stated=rate.claim.value,
                unit=BYTE_RATE,
                write=rate.claim.quantity.corrected(right) if right else "",
                help="give what the link carries in one direction, and say so",
            )


def _is(rate: LinkRate, value: float) -> bool:
    return isclose(rate.claim.value, value, rel_tol=NEAR)


def _of_nvlink(case: Case, rate: LinkRate) -> Fault | None:
    memory = amount(case, "hardware.memory_bandwidth")
    device = str(case.known("hardware.accelerator").value) if case.has("hardware.accelerator") else ""
    total = None if case.has_several("hardware.accelerator") else nvlink_total(device, rate.generation)
    if memory and isclose(rate.claim.value, memory, rel_tol=SAME) and not (total and _is(rate, total)):
        link = f"; NVLink carries {show(total, BYTE_RATE)}, both directions together" if total else ""
        why = f"that is the bandwidth of the device's memory{link}"
        return (total, why) if total or "several" not in rate.said else None
    if total is None or rate.kind != "nvlink" or "bits" in rate.said:
        return None
    if fault := _of_directions(rate, total / 2):
        return fault
    totals = set(GENERATIONS.values())
    others = (each for each in totals - {total, total / 2} if each > total / 2)
    if total in totals and rate.said.isdisjoint(("each", "several")) and any(_is(rate, each) for each in others):
        return total, f"that is another generation's: this one carries {show(total, BYTE_RATE)}, both directions"
    return None


def _of_pcie(rate: LinkRate) -> Fault | None:
    if rate.generation not in PCIE:
        return None
    one = PCIE[rate.generation] * rate.lanes / LANES
    if fault := _of_directions(rate, one):
        return fault
    if "several" not in rate.said and rate.claim.value > 2 * one * (1 + NEAR):
        return one, f"PCIe {rate.generation}.0 x{rate.lanes} carries {show(one, BYTE_RATE)} in each direction"
    return None


def _of_directions(rate: LinkRate, one: float) -> Fault | None:
    """Both directions called one, or one called both."""
    if "each" in rate.said and "both" not in rate.said and _is(rate, 2 * one):
        return one, f"it is that of both directions together, {show(one, BYTE_RATE)} each"
    if "both" in rate.said and "each" not in rate.said and _is(rate, one):
        return 2 * one, f"it is that of one direction, {show(2 * one, BYTE_RATE)} both together"
    return None


def _of_port(rate: LinkRate) -> Fault | None:
    """Of one port or of several together, as bits or as bytes."""
    port = PORTS[rate.kind]
    if "both" in rate.said or ("several" in rate.said and rate.ports == 1):
        return None
    if rate.ports > 1:
        whole = port * rate.ports
        written = f"{rate.ports} ports of {rate.kind.upper()} carry {show(whole, BYTE_RATE)} together"
        return (whole, f"{written}: bits are taken for bytes") if _is(rate, whole * BITS) else None
    written = f"{rate.kind.upper()} is {port * BITS / 1e9:g} Gbit/s, {show(port, BYTE_RATE)}"
    if "bits" not in rate.said and _is(rate, port * BITS):
        return port, f"{written}: bits are taken for bytes"
    if "bits" in rate.said and any(_is(rate, other) for other in PORTS.values()) and not _is(rate, port):
        return port, f"{written}: that is the rate of another generation"
    return None
