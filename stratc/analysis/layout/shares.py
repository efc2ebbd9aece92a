"""What one device holds of an even division, and which degree a smaller divisor leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from stratc.analysis.said.factors import product_of
from stratc.arith.functions import product
from stratc.arith.term import Number, Term, lift
from stratc.ir.origin import Known
from stratc.ir.statement import Per

if TYPE_CHECKING:
    from stratc.analysis.case import Case
    from stratc.ir.claim import Claim


DEGREES = ("tp", "pp", "ep", "dp", "cp")


class LeftOut(NamedTuple):
    """A degree by which a share was not divided, and the share with it."""

    degree: str
    known: Known[Any]
    share: Term

    def __str__(self) -> str:
        parts = "pipeline stages" if self.degree == "pp" else "tensor-parallel devices"
        return f"the {self.known.value} {parts} are left out"


def splitting_degrees(case: Case) -> dict[str, Known[Any]]:
    """The degrees above one that divide the weights: tensor, pipeline and, for experts, expert parallelism."""
    names = ("tp", "pp", "ep") if case.has("model.experts") else ("tp", "pp")
    found = {name: case.fact(f"strategy.{name}") for name in names}
    return {name: fact for name, fact in found.items() if isinstance(fact, Known) and fact.value > 1}


def left_out(case: Case, claim: Claim, whole: Term, tolerance: float) -> Iterator[LeftOut]:
    """A degree that is sure to divide everything, where the claim is the whole divided by others but not by it.

    Stages divide every model, and tensor parallelism a dense one: experts may lie outside of it, and attention lies
    outside expert parallelism.  The undivided whole counts where a total of the device holds it.
    """
    degrees = splitting_degrees(case)
    sure = [name for name in ("pp", "tp") if name in degrees and (name == "pp" or not case.has("model.experts"))]
    if not sure:
        return
    share = whole / product(case.named(f"strategy.{name}", known) for name, known in degrees.items())
    if claim.quantity.agrees(lift(share).value, tolerance):
        return
    matching = [
        some
        for count in range(len(degrees))
        for some in combinations(degrees, count)
        if _is(claim, whole.value / prod(degrees[name].value for name in some), tolerance)
        if some or in_total(case, claim)
    ]
    named = _named_divisors(claim) or ({claim.cause} & set(degrees) if claim.working is not None else set())
    if named:
        matching = [some for some in matching if set(some) == named]
    missing = next((name for name in sure if not any(name in some for some in matching)), None)
    if matching and missing and not _is_even(case, claim, whole, tolerance):
        yield LeftOut(missing, degrees[missing], lift(share))


def in_total(case: Case, claim: Claim) -> bool:
    """Whether the same section adds the figure up to what one device holds in all."""
    beside = [each for each in case.claims("memory") if each.scope.path == claim.scope.path and each.per is Per.DEVICE]
    parts = {each.metric for each in beside} & {"memory.activations", "memory.kv_cache", "memory.optimizer"}
    return bool(parts) and any(each.metric == "memory.total" and each.value > claim.value for each in beside)


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
