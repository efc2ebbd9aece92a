"""CO210: a rate beside the name of a link against what that link carries."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from stratc.analysis.case import Case
from stratc.analysis.links import PCIE, PORTS, nvlink_total
from stratc.analysis.setting import amount
from stratc.arith.term import Literal
from stratc.arith.unit import BYTE_RATE, UNITS, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.rules.rule import Finding, rule

NEAR = 0.035  # of 31.5 GB/s for 32, of 896 GB/s for 900
BITS = 8


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
    for claim in case.claims("link.rate"):
        kind, *said = claim.cause.split()
        found = None
        if kind == "nvlink" or "gpu" in kind or "peer" in kind:
            found = _of_nvlink(case, claim, kind, said)
        elif kind == "pcie":
            found = _of_pcie(claim, said)
        elif kind in PORTS and "both" not in said:
            count = next((int(each[1:]) for each in said if each[0] == "n" and each[1:].isdecimal()), 1)
            found = (
                _of_ports(claim, kind, count)
                if count > 1
                else None
                if "several" in said
                else _of_port(claim, kind, said)
            )
        if found:
            right, why = found
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} stated, but {why}",
                because=Literal(right, UNITS["GB/s"]),
                stated=claim.value,
                unit=BYTE_RATE,
                write=claim.quantity.corrected(right),
                help="give the rate of one direction, and say so",
            )


def _is(claim: Claim, rate: float) -> bool:
    return isclose(claim.value, rate, rel_tol=NEAR)


def _of_nvlink(case: Case, claim: Claim, kind: str, said: list[str]) -> tuple[float, str] | None:
    memory = amount(case, "hardware.memory_bandwidth")
    gen = next((each for each in said if each.isdecimal()), "")
    device = str(case.known("hardware.accelerator").value) if case.has("hardware.accelerator") else ""
    total = None if case.has_several("hardware.accelerator") else nvlink_total(device, gen)
    if memory and isclose(claim.value, memory, rel_tol=0.004) and not (total and _is(claim, total)):
        right = total or 0.0
        link = f"; NVLink carries {show(total, BYTE_RATE)}, both directions together" if total else ""
        return (
            (right, f"that is the bandwidth of the device's memory{link}") if "several" not in said or total else None
        )
    if total is None or kind != "nvlink" or "bits" in said:
        return None
    if "each" in said and "both" not in said and _is(claim, total):
        return total / 2, f"it is that of both directions together, {show(total / 2, BYTE_RATE)} each"
    if "both" in said and "each" not in said and _is(claim, total / 2):
        return total, f"it is that of one direction, {show(total, BYTE_RATE)} both together"
    others = {nvlink_total("", str(each)) for each in range(1, 6)} - {total, total / 2, None}
    if not {"each", "several"} & set(said) and total in {nvlink_total("", str(each)) for each in range(1, 6)}:
        for other in others:
            if other and other > total / 2 and _is(claim, other):
                return (
                    total,
                    f"that is another generation's: this one carries {show(total, BYTE_RATE)}, both directions",
                )
    return None


def _of_pcie(claim: Claim, said: list[str]) -> tuple[float, str] | None:
    gen = next((each for each in said if each.isdecimal()), "")
    lanes = next((int(each[1:]) for each in said if each[0] == "x" and each[1:].isdecimal()), 16)
    if gen not in PCIE:
        return None
    one = PCIE[gen] * lanes / 16
    if "each" in said and "both" not in said and _is(claim, 2 * one):
        return one, f"it is that of both directions together, {show(one, BYTE_RATE)} each"
    if "both" in said and "each" not in said and _is(claim, one):
        return 2 * one, f"it is that of one direction, {show(2 * one, BYTE_RATE)} both together"
    if "several" not in said and claim.value > 2 * one * (1 + NEAR):
        return one, f"PCIe {gen}.0 x{lanes} carries {show(one, BYTE_RATE)} in each direction"
    return None


def _of_ports(claim: Claim, kind: str, count: int) -> tuple[float, str] | None:
    """Of several ports together, as bits or as bytes."""
    whole = PORTS[kind] * count
    written = f"{count} ports of {kind.upper()} carry {show(whole, BYTE_RATE)} together"
    return (whole, f"{written}: bits are taken for bytes") if _is(claim, whole * BITS) else None


def _of_port(claim: Claim, kind: str, said: list[str]) -> tuple[float, str] | None:
    port = PORTS[kind]
    written = f"{kind.upper()} is {port * BITS / 1e9:g} Gbit/s, {show(port, BYTE_RATE)}"
    if "bits" not in said and _is(claim, port * BITS):
        return port, f"{written}: bits are taken for bytes"
    if "bits" in said and any(_is(claim, other) for other in PORTS.values()) and not _is(claim, port):
        return port, f"{written}: that is the rate of another generation"
    return None
