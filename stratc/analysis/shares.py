"""What one device holds of an even division, and which degree a smaller divisor leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import prod
from typing import TYPE_CHECKING, Any

from stratc.analysis.factors import product_of
from stratc.arith.functions import product
from stratc.arith.term import Number, Term, lift
from stratc.ir.origin import Known

if TYPE_CHECKING:
    from stratc.analysis.case import Case
    from stratc.ir.claim import Claim


DEGREES = ("tp", "pp", "ep", "dp", "cp")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A degree by which a share was not divided, and the share with it."""

    degree: str
    known: Known[Any]
    share: Term


def splitting_degrees(case: Case) -> dict[str, Known[Any]]:
    """The degrees above one that divide the weights: tensor, pipeline and, for experts, expert parallelism."""
    names = ("tp", "pp", "ep") if case.has("model.experts") else ("tp", "pp")
    found = {name: case.fact(f"strategy.{name}") for name in names}
    return {name: fact for name, fact in found.items() if isinstance(fact, Known) and fact.value > 1}


def left_out(case: Case, claim: Claim, whole: Term, tolerance: float) -> Iterator[LeftOut]:
    """The pipeline degree, where the claim is the whole divided by all splitting degrees but this one.

    Only stages are sure to divide everything: experts may lie outside tensor parallelism, attention lies outside
    expert parallelism.
    """
    degrees = splitting_degrees(case)
    if "pp" not in degrees:
        return
    share = whole / product(case.named(f"strategy.{name}", known) for name, known in degrees.items())
    if claim.quantity.agrees(lift(share).value, tolerance):
        return
    matching = [
        some
        for count in range(1, len(degrees))
        for some in combinations(degrees, count)
        if _is(claim, whole.value / prod(degrees[name].value for name in some), tolerance)
    ]
    named = _named_divisors(claim)
    if named:
        matching = [some for some in matching if set(some) == named]
    if matching and not any("pp" in some for some in matching) and not _is_even(case, claim, whole, tolerance):
        yield LeftOut("pp", degrees["pp"], lift(share))


def _named_divisors(claim: Claim) -> set[str]:
    """The degrees by which the claim's own working says it divides."""
    product = product_of(claim.working) if claim.working is not None else None
    return {factor.word for factor in product.under if factor.word in DEGREES} if product else set()


def _is_even(case: Case, claim: Claim, whole: Term, tolerance: float) -> bool:
    """Whether the claim is the whole divided by all devices, in whatever degrees."""
    devices = case.fact("strategy.device_count")
    return isinstance(devices, Known) and _is(claim, whole.value / devices.value, tolerance)


def _is(claim: Claim, value: float, tolerance: float) -> bool:
    """As Quantity.agrees, but blind to "~" and to rounding: a coincidence within a tenth says nothing."""
    return abs(claim.value - value) <= tolerance * value


def devices_sharing(case: Case) -> Number:
    """Devices that hold the model and its batch between them; raises Missing where the plan does not say."""
    return case.number("strategy.device_count")
