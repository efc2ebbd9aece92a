"""What rules share that hold a stated figure to what other figures of the plan come to."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from stratc.analysis.case import Case
from stratc.arith.term import Term
from stratc.ir.claim import Claim
from stratc.rules.rule import Finding


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
        first = every[0]
        yield Finding(
            at=claim,
            message=f"{f'{claim.quantity.show()} {what}'.rstrip()} stated, but {first} = "
            f"{claim.quantity.show(first.value)}",
            because=first,
            stated=claim.value,
            unit=claim.quantity.dimension,
            help=advice,
            write=claim.quantity.corrected(first.value),
        )
