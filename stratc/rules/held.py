"""What rules share that hold a stated figure to what other figures of the plan come to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stratc.analysis.run import refuted
from stratc.arith.term import Term
from stratc.ir.claim import Claim
from stratc.rules.rule import Finding


def held(
    claims: Iterable[Claim], readings: Iterable[Term], what: str, near: float, advice: str, *, most: float = 0.0
) -> Iterator[Finding]:
    """The finding of each figure that no reading comes near; `most` is the factor by which it may be larger."""
    every = tuple(readings)
    for claim in claims:
        reading = refuted(claim, every, near, most=most)
        if reading is not None:
            shown = f"{claim.quantity.show()} {what}".rstrip()
            yield Finding(
                at=claim,
                message=f"{shown} stated, but {reading} = {claim.quantity.show(reading.value)}",
                because=reading,
                stated=claim.value,
                unit=claim.quantity.dimension,
                help=advice,
                write=claim.quantity.corrected(reading.value),
            )
