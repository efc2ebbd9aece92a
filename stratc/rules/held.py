"""What rules share that hold a stated figure to what other figures of the plan come to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from stratc.analysis.case import Case
from stratc.analysis.figures.sent import Message, Slip
from stratc.arith.term import Term
from stratc.arith.unit import BYTE, COUNT
from stratc.ir.claim import Claim
from stratc.rules.rule import Finding, contradicted

MANY = 1000  # of which nobody writes a part


def held(
    case: Case,
    claims: tuple[Claim, ...],
    readings: Callable[[Case], tuple[Term, ...]],
    what: str,
    near: float,
    advice: str,
    *,
    most: float = 0.0,
) -> Iterator[Finding]:
    """The finding of each figure that no reading comes near; `most` is the factor by which it may be larger."""
    every = readings(case) if claims else ()
    for claim in claims if every else ():
        if any(
            claim.quantity.agrees(each.value, near) or each.value <= claim.value <= each.value * most for each in every
        ):
            continue
        finding = contradicted(claim, every[0], advice, said=f"{what} stated".lstrip())
        yield replace(finding, write=claim.quantity.corrected(_whole(claim, every[0].value)))


def _whole(claim: Claim, value: float) -> float:
    """A value, of a large count rounded to a whole one."""
    return float(round(value)) if claim.quantity.dimension == COUNT and value >= MANY else value


def misstated(message: Message, slip: Slip, advice: str) -> Finding:
    """Bytes that are said to be sent beside those that are."""
    found = contradicted(message.claim, slip.right, advice, unit=BYTE)
    right = message.claim.quantity.corrected(slip.right.value)
    return replace(found, message=f"{found.message}: {slip.words}", write=right)
