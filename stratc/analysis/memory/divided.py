"""Shares of the model that plans work out themselves: the whole of it divided by so many devices."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose
from typing import TYPE_CHECKING, NamedTuple

from stratc.analysis.layout.shares import splitting_degrees
from stratc.analysis.memory.setting import width_or_none
from stratc.analysis.said.carried import in_unit_before
from stratc.arith.term import Apply, Named, Term, lift
from stratc.arith.unit import BYTE, COUNT, PARAMETER, UNITS
from stratc.ir.origin import Known
from stratc.ir.statement import Per, Relation

if TYPE_CHECKING:
    from stratc.analysis.case import Case
    from stratc.ir.claim import Claim
    from stratc.text.span import Span

SHARES = ("memory.weights", "parameters.device")
LARGE = 5e8  # parameters; what is smaller is a layer or an expert
NEAR = 0.05  # rounding and embeddings left out
ROUNDED = 0.01  # of a share that is written beside its whole
MOST_WAYS = 10_000  # devices; a whole over more is a cache over the bytes of a token
FEW = 8  # amounts of one sentence
BILLION = 1e9
_DEVICES = frozenset(("", "gpu", "rank", "tp", "pp", "cp", "dp", "ep", "卡"))


class Divided(NamedTuple):
    """A claim whose working divides the whole model by `devices`."""

    claim: Claim
    whole: Term
    devices: int


def divided_models(case: Case) -> Iterator[Divided]:
    """Weights and parameters of a device whose own working is the whole model over a number of devices."""
    weights = {each.context for each in case.claims("memory.weights")}
    states = {each.context for each in case.claims("memory.optimizer", "memory.gradients")}
    sizes = {(each.scope.path, each.value) for each in case.claims("memory.weights", "memory.sized")}
    for claim in case.claims(*SHARES, "equation"):
        working = claim.working and (in_unit_before(case, claim) or claim.working)
        found = _quotient(working) if working is not None else None
        if found is None:
            continue
        named = claim.metric != "equation" or claim.context in weights - states
        if (named and _is_whole(case, found[0])) or (claim.scope.path, found[0].value) in sizes:
            yield Divided(claim, _counted(found[0]), found[1])


def divided_caches(case: Case) -> Iterator[Divided]:
    """Key-value caches of a device that are an amount of bytes over a number: by their working, or beside the whole."""
    every = list(case.claims("memory.kv_cache"))
    small = {each.context for each in every if each.per in (Per.TOKEN, Per.SEQUENCE, Per.LAYER)}
    caches = [each for each in every if each.per not in (Per.TOKEN, Per.SEQUENCE, Per.LAYER)]
    lines = {each.context for each in caches}
    for claim in case.claims("memory.kv_cache", "equation"):
        ours = claim in caches if claim.metric == "memory.kv_cache" else claim.context in lines
        if not ours or claim.quantity.dimension != BYTE or claim.relation is not Relation.IS:
            continue
        if claim.working is not None:
            working = in_unit_before(case, claim) or claim.working
            found = _quotient(working)
            if found and found[0].dimension.uncounted == BYTE and _are_devices(working):
                yield Divided(claim, _worked_out(case, found[0]), found[1])
        elif claim.per is Per.DEVICE and claim.context not in small and (whole := _whole_beside(claim, caches)):
            ways = round(whole.value / claim.value)
            yield Divided(claim, _worked_out(case, lift(whole.value)), ways)


def _are_devices(working: Term) -> bool:
    """Whether what divides is bare, or named a degree or devices, and no number of tokens or blocks."""
    match working:
        case Apply("÷", left, right):
            word = right.name if isinstance(right, Named) else ""
            return right.dimension == COUNT and word.rstrip("s") in _DEVICES and _are_devices(left)
    return True


def _whole_beside(claim: Claim, caches: list[Claim]) -> Claim | None:
    """The only larger cache of the same sentence, where the claim is that over a whole number."""
    beside = [each for each in caches if each.context == claim.context and each.value > claim.value > 0]
    if len(beside) != 1 or beside[0].per is Per.DEVICE:
        return None
    ways = round(beside[0].value / claim.value)
    exact = claim.quantity.digits > 1 and isclose(beside[0].value / ways, claim.value, rel_tol=ROUNDED)
    return beside[0] if exact and 1 < ways <= MOST_WAYS else None


def _worked_out(case: Case, amount: Term) -> Term:
    """The working of an amount where the plan gives it elsewhere, which tells the sequences that it counts."""
    if isinstance(amount, Apply):
        return amount
    of_cache = (each for each in case.claims("memory.kv_cache", "equation") if each.working is not None)
    found = (each.working for each in of_cache if isclose(each.value, amount.value, rel_tol=1e-9))
    return next((each for each in found if each is not None and each.dimension.uncounted == BYTE), amount)


def divided_amounts(case: Case) -> frozenset[float]:
    """Amounts of bytes that the plan divides by a number somewhere, which are no share of one device yet."""
    return case.once(_divided_amounts)


def _divided_amounts(case: Case) -> frozenset[float]:
    quotients = (_quotient(each.working) for each in case.plan.claims if each.working is not None)
    worked = (found[0].value for found in quotients if found and found[0].dimension == BYTE)
    return frozenset((*worked, *_beside_their_share(case)))


def _beside_their_share(case: Case) -> Iterator[float]:
    """Amounts whose own sentence has what a degree of the plan leaves of them: "35 GB (TP=4 splits 140 GB)"."""
    degrees = [known.value for known in splitting_degrees(case).values()]
    beside: dict[tuple[str, Span | None], set[float]] = {}
    for each in case.claims("memory") if degrees else ():
        beside.setdefault((each.metric, each.context), set()).add(each.value)
    for amounts in beside.values():
        if 1 < len(amounts) <= FEW:
            yield from (
                whole
                for whole in amounts
                if any(isclose(whole / degree, part, rel_tol=ROUNDED) for degree in degrees for part in amounts)
            )


def _counted(amount: Term) -> Term:
    """The same under the name of parameters, where a large bare number stands for them."""
    bare = amount.dimension == COUNT and amount.value >= LARGE
    return Named("parameters", amount.value, None, UNITS["parameters"]) if bare else amount


def _quotient(working: Term) -> tuple[Term, int] | None:
    """An amount, and the whole number that divides it in all; None where nothing does."""
    count = 1.0
    while isinstance(working, Apply) and working.op == "÷" and working.right.dimension != BYTE:
        count *= working.right.value
        working = working.left
    return (working, int(count)) if count > 1 and count == int(count) else None


def _is_whole(case: Case, amount: Term) -> bool:
    """Whether an amount is all parameters of the model, or the bytes of them, as the plan gives them elsewhere."""
    size = case.fact("model.parameters")
    if not isinstance(size, Known):
        return amount.dimension in (PARAMETER, COUNT) and amount.value >= LARGE
    width = width_or_none(case)
    if amount.dimension == BYTE:
        return width is not None and isclose(amount.value, size.value * width, rel_tol=NEAR)
    least = (size.value, size.value / BILLION) if amount.dimension != PARAMETER else (size.value,)
    return any(isclose(amount.value, each * times, rel_tol=NEAR) for each in least for times in {1.0, width or 1.0})
