"""Peaks that a plan gives its devices at a precision, and what is published of them."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose
from typing import TYPE_CHECKING, NamedTuple

from stratc.analysis.memory.setting import amount
from stratc.ir.origin import Known

if TYPE_CHECKING:
    from stratc.analysis.case import Case
    from stratc.catalog.load import Entry
    from stratc.ir.claim import Claim

FITS = 0.06  # of rounding, and of clocks that vendors and resellers print differently
SAME = 0.02  # of a figure that is another one's
SPARSE = 2  # times the dense rate, where two of four weights are zero
UNSTRUCTURED = ("v100", "t4", "mi250", "tpu", "910", "gaudi", "trainium")
"""What occurs in the names of devices without units for structured sparsity, or with another factor."""
WITHOUT_FP8 = frozenset(("v100", "a100", "a800", "a10", "a30", "a40", "t4"))
"""Devices whose matrix units have no FP8, also where no rates of them are listed."""
TWOFOLD = ("4090", "gb200", "gb300")
"""Devices of which twice the dense peak is published as dense too: with FP16 accumulation, or for a board of two."""


class MisreadPeak(NamedTuple):
    """A peak that is published of its device, but for something else than what the plan says."""

    claim: Claim
    device: str
    precision: str
    right: float
    readings: tuple[str, ...]  # what the figure is published for
    dense: bool  # whether the plan says that it is the dense one
    counted_on: bool  # whether it is called the peak, or stands alone


def misread_peaks(case: Case) -> Iterator[MisreadPeak]:
    """Peaks beside a precision that are another published figure of the device; those that fit any variant are none."""
    for claim in case.claims("peak.precision"):
        words, _, device = claim.cause.partition(" of ")
        precision, *said = words.split()
        names = (device,) if device else tuple(_devices(case))
        found = [_misread(claim, precision, frozenset(said), name) for name in names]
        if found and found[0] and all(found) and _is_of_one(case, found[0], frozenset(said)):
            dense = "dense" in said
            yield found[0]._replace(dense=dense, counted_on=dense or "peak" in said or not _is_answered(case, claim))


def _devices(case: Case) -> Iterator[str]:
    """The names of all accelerators that the plan names as its own."""
    named = case.fact("hardware.accelerator")
    others = (one for each in case.plan.conflicts if each.key == "hardware.accelerator" for one in each.others)
    yield from (str(each.value) for each in (named, *others) if isinstance(each, Known))


def _misread(claim: Claim, precision: str, said: frozenset[str], name: str) -> MisreadPeak | None:
    """What a peak is instead, by the first variant of the device that has such a figure."""
    from stratc.catalog.load import variants

    value, entries = claim.value, [each for each in variants(name) if precision in each.peaks]
    if precision == "fp32" or said & {"sparse", "otherwise"}:
        return None
    if any(isclose(value, each.peaks[precision], rel_tol=FITS) for each in entries):
        return None
    for entry in entries:
        right = entry.peaks[precision]
        lower = value < right
        twofold = not lower and any(each in entry.name.lower() for each in TWOFOLD)
        readings = () if twofold or (lower and not _is_whole(said)) else tuple(_readings(entry, precision, value))
        if readings:
            return MisreadPeak(claim, entry.name, precision, right, readings, dense=False, counted_on=False)
    return None


def _is_whole(said: frozenset[str]) -> bool:
    """Whether a peak is meant, of which nothing is taken off."""
    return bool(said & {"dense", "peak"}) and "less" not in said


def _readings(entry: Entry, precision: str, value: float) -> Iterator[str]:
    """What is published of a device at that rate."""
    own = entry.peaks[precision]
    structured = not any(each in entry.name.lower() for each in UNSTRUCTURED)
    if structured and isclose(value, own * SPARSE, rel_tol=SAME):
        yield "with sparsity"
    for other, rate in entry.peaks.items():
        if other != precision and not isclose(rate, own, rel_tol=SAME):
            if isclose(value, rate, rel_tol=SAME):
                yield f"in {other.upper()}"
            elif structured and other != "fp32" and rate > own and isclose(value, rate * SPARSE, rel_tol=SAME):
                yield f"in {other.upper()} with sparsity"


def _is_of_one(case: Case, found: MisreadPeak, said: frozenset[str]) -> bool:
    """Whether a peak is that of one device: not of the node, the pair or all devices, whose sum may look the same."""
    times = round(found.claim.value / found.right)
    if "each" in said or times < 1:
        return "several" not in said or "each" in said
    counted = {amount(case, key) for key in ("hardware.device_count", "strategy.device_count")}
    return "several" not in said and f"n{times}" not in said and times not in counted


def _is_answered(case: Case, claim: Claim) -> bool:
    """Whether the plan states another peak, which it may compute with."""
    peak = case.fact("hardware.peak_flops")
    return isinstance(peak, Known) and peak.is_stated and not isclose(peak.value, claim.value, rel_tol=SAME)


def lacks_fp8(device: str) -> bool:
    """Whether a device has matrix units whose published rates name narrow formats, and FP8 is none of them."""
    from stratc.catalog.load import accelerator

    entry = accelerator(device)
    if entry is not None and "int8" in entry.peaks:
        return "fp8" not in entry.peaks
    return not WITHOUT_FP8.isdisjoint(device.casefold().replace("-", " ").split())
