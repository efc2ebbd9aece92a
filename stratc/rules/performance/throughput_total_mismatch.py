"""PE108: throughput of a device × devices against the total."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from stratc.analysis.case import Case
from stratc.analysis.figures.workings import doubtful
from stratc.analysis.layout.devices import device_count, sides
from stratc.analysis.said.factors import product_of
from stratc.arith.functions import product
from stratc.arith.term import Apply, Named, Number, lift, plain
from stratc.arith.unit import SECOND, TOKEN_RATE
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per, Relation
from stratc.rules.rule import Finding, rule

NEAR = 0.05


@rule("PE108", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def throughput_total_mismatch(case: Case) -> Iterator[Finding]:
    """Throughput of a device times devices is not the total that the plan states.

    ## What it finds
    A throughput counted for a device and one counted in total, where the second is not the first times the devices;
    of a range any value will do.  Where the total is worked out from tokens and a time, or that of a device divides it
    by another number of devices or multiplies it by them, the figure of the device is at fault; so it is where the
    throughput of a replica over the devices of one comes to another.

    ## Why it matters
    Capacity is bought by the total.

    ## Example
    ```plan
    - **Total GPUs**: 16
    - **Throughput per GPU**: 20 tokens/ms
    - **Total Throughput**: 640 tokens/ms   <!-- PE108 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    devices = device_count(case)
    claims = tuple(case.claims("throughput.tokens"))
    doubted = doubtful(case)  # by their own working, which tells the cause
    singles = [
        claim for claim in claims if claim.per is Per.DEVICE and claim.relation is Relation.IS and claim not in doubted
    ]
    shared = tuple(_shared_out(case, claims, singles))
    for single, claim in shared:
        yield _of_device(single, claim, devices)
    for single, claim in _multiplied(claims, singles, plain(devices)):
        yield _of_device(single, claim, devices)
        return
    if not shared:
        yield from _of_replicas(case, claims, singles)
    for claim in claims if not shared else ():
        if claim.per is not Per.TOTAL or not singles or not _is_free(claim, plain(devices)):
            continue
        if any(_fits(claim, each, plain(devices)) for each in singles):
            continue
        single = singles[0]
        if _is_timed(claim) and single.working is None:
            yield _of_device(single, claim, devices)
            return
        computed = devices * Named("of a device", single.value, single, single.quantity.unit)
        yield Finding(
            at=claim,
            message=f"{claim.quantity.show()} in total stated, but {computed} = {claim.quantity.show(plain(computed))}",
            because=computed if not isinstance(computed, float) else None,
            stated=claim.value,
            computed=plain(computed),
            unit=TOKEN_RATE,
            help="correct the throughput of a device, or the devices",
            write=claim.quantity.corrected(plain(computed)) if not single.quantity.is_range else "",
        )


def _shared_out(case: Case, claims: Iterable[Claim], singles: Iterable[Claim]) -> Iterator[tuple[Claim, Claim]]:
    """Throughputs of a device that divide one of the plan's by what is neither all devices nor whole replicas."""
    devices = plain(device_count(case))
    replica = plain(product(sides(case, "tp", "pp", "cp") or [1]))
    for single in singles:
        parts = product_of(single.working) if single.working is not None else None
        if parts is None or len(parts.over) != 1 or len(parts.under) != 1:
            continue
        amount, number = parts.over[0].value, parts.under[0].value
        for claim in claims:
            alike = claim.quantity.agrees(amount) or claim.quantity.agrees(amount * claim.quantity.unit.scale)
            whole = claim.per is Per.TOTAL or (claim.per is Per.UNSAID and number % replica)
            if alike and whole and 1 < number < devices and not claim.quantity.is_range:
                yield single, claim
                break


def _of_replicas(case: Case, claims: Iterable[Claim], singles: Sequence[Claim]) -> Iterator[Finding]:
    """The throughput of a device where the plan has that of a replica, but none in total, which another half checks."""
    found = [claim for claim in claims if claim.per is Per.REPLICA and claim.relation is Relation.IS]
    total = any(claim.per is Per.TOTAL for claim in claims)
    values = {each.value for each in singles}, {each.value for each in found}
    if total or any(len(each) != 1 for each in values) or any(each.quantity.is_range for each in (*found, *singles)):
        return
    devices = product(sides(case, "tp", "pp", "cp") or [1])
    alone = not any(plain(side) > 1 for side in sides(case, "ep"))  # whose replicas may share experts
    single, replica = singles[0], found[0]
    if alone and plain(devices) > 1 and abs(replica.value / plain(devices) - single.value) > NEAR * single.value:
        yield _of_device(single, replica, devices, "of a replica")


def _multiplied(claims: Iterable[Claim], singles: Iterable[Claim], devices: float) -> Iterator[tuple[Claim, Claim]]:
    """Throughputs of a device that multiply what all devices reach by their number: "per GPU 4.1 × 128 = 522"."""
    wholes = [each for each in claims if each.per is Per.TOTAL or (each.per is Per.UNSAID and _is_timed(each))]
    for single in singles:
        match single.working:
            case Apply("×", left, right) if devices > 1 and devices in (left.value, right.value):
                amount = left.value if right.value == devices else right.value
                for claim in wholes:
                    scale = claim.quantity.unit.scale
                    if claim.quantity.agrees(amount) or claim.quantity.agrees(amount * scale):
                        yield single, claim
                        break


def _is_timed(claim: Claim) -> bool:
    """Whether a rate is worked out from an amount and a time, and not from the devices."""
    return isinstance(claim.working, Apply) and claim.working.op == "÷" and claim.working.right.dimension == SECOND


def _of_device(single: Claim, claim: Claim, devices: Number, name: str = "in total") -> Finding:
    computed = lift(Named(name, claim.value, claim, claim.quantity.unit) / devices)
    return Finding(
        at=single,
        message=f"{single.quantity.show()} of a device stated, but {computed} = {single.quantity.show(computed.value)}",
        because=computed,
        stated=single.value,
        unit=TOKEN_RATE,
        help="divide the total by all devices that it was worked out for",
    )


def _is_free(claim: Claim, devices: float) -> bool:
    """Whether no working refutes the figure already, or counts the devices with a share of its own."""
    if claim.working is None:
        return True
    product = product_of(claim.working)
    return product is not None and not product.multiplies(devices) and claim.quantity.agrees(claim.working.value, NEAR)


def _fits(claim: Claim, single: Claim, devices: float) -> bool:
    most, least = single.value * devices, single.quantity.low * devices
    return claim.quantity.low <= most * (1 + NEAR) and claim.value >= least * (1 - NEAR)
