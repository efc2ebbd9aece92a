"""How many devices a strategy needs, by product under the conventions in use or by placement.

Plans seldom say how expert parallelism relates to the other degrees.  Several answers are in use: every degree
multiplies; expert ranks are the tensor- and data-parallel devices of a stage (Megatron-Core, DeepSpeed, and vLLM, where
ep = tp · dp); data parallelism counts copies of the experts; data-parallel attention inside a tensor-parallel group
(SGLang).  A stated count is wrong only where none of them gives it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from stratc.analysis.case import Case
from stratc.analysis.framework import DERIVING, is_launch_of
from stratc.arith.term import Number, plain
from stratc.cost.legality import divides, expert_ranks_divide, fewest_replicas, world_size
from stratc.ir.origin import Assumed, Known, Missing, value_or

if TYPE_CHECKING:
    from stratc.ir.inspection import Count
    from stratc.ir.plan import Plan

MULTIPLIED = "every degree multiplied"
SHARED = "expert ranks are the tensor- and data-parallel devices of a stage"
COPIED = "data parallelism counts the copies of the experts, tensor groups stand inside an expert group"
GROUPED = "data-parallel attention inside the tensor-parallel group"
_AXES = ("ep", "tp", "pp", "cp", "dp")


class Convention(NamedTuple):
    """One way to count: the fewest devices that the stated degrees need, and whether a stated count agrees."""

    name: str
    devices: Number
    fits: bool


def conventions(case: Case, stated: int) -> tuple[Convention, ...]:
    """Every convention under which the plan's degrees may be read, the plain product first.

    A degree that the plan does not say is open: a multiple of the devices then fits.  Raises Missing where the plan
    says no degree at all.
    """
    return tuple(_conventions(case, stated))


def counts(plan: Plan) -> tuple[Count, ...]:
    """Every way in which the stated degrees of a plan can be counted against its stated devices; for people to see."""
    from stratc.ir.inspection import Count  # which lint does not need

    case = Case(plan)
    if not case.has("strategy.device_count"):
        return ()
    try:
        found = conventions(case, case.known("strategy.device_count").value)
    except Missing:
        return ()
    told = (Count(each.name, round(plain(each.devices)), str(each.devices), each.fits) for each in found)
    return tuple({(each.convention, each.devices): each for each in told}.values())


def device_count(case: Case) -> Number:
    """Devices that the strategy uses: as stated, else as placed, else the product of a full set of degrees.

    Raises Missing where none of these is known.
    """
    for key in ("strategy.device_count", "hardware.device_count"):
        if case.has(key):
            return case.number(key)
    if placed := placed_devices(case):
        return len(placed)
    if closed(case):
        shared = world_size(*sides(case, "tp", "cp", "dp"))
        if _has(case, "ep") and _degree(case, "ep") > plain(shared):
            raise Missing("strategy.device_count")  # expert ranks need devices of their own
        return world_size(*sides(case, "tp", "pp", "cp", "dp"))
    raise Missing("strategy.device_count")


def refuted(case: Case) -> tuple[Convention, ...]:
    """Every convention where the stated number of devices agrees with none of them, else nothing.

    A plan that states two values of a degree or of the total is given the benefit of the doubt: one that fits will do.
    Raises Missing where the plan states no number or no degree.
    """
    found = _refuted(case)
    doubtful = ("strategy.device_count", *(f"strategy.{axis}" for axis in _AXES))
    for conflict in case.plan.conflicts:
        if found and conflict.key in doubtful:
            others = (_with(case, conflict.key, other) for other in conflict.others)
            found = found if all(_refuted(other) for other in others) else ()
    return found


def _with(case: Case, key: str, known: Known[Any]) -> Case:
    """The case with another value of a strategy's fact."""
    changed: dict[str, Any] = {key.partition(".")[2]: known}
    return replace(case, plan=replace(case.plan, strategy=replace(case.strategy, **changed)))


def _is_pooled(case: Case) -> bool:
    """Whether expert parallelism counts the experts of several layers, so that it is no degree of a layer."""
    if not (_has(case, "ep") and case.has("model.experts")):
        return False
    return _degree(case, "ep") > int(case.known("model.experts").value) > 1


def _refuted(case: Case) -> tuple[Convention, ...]:
    stated = case.known("strategy.device_count").value
    found = () if is_uneven(case) or _is_pooled(case) else conventions(case, stated)
    small = all(stated < plain(each.devices) for each in found)
    return () if any(each.fits for each in found) or (case.is_one_of_several and not small) else found


def closed(case: Case) -> bool:
    """Whether the plan says every degree that multiplies, so that a count must be met and not only divided."""
    return all(_has(case, axis) for axis in ("tp", "pp", "dp"))


def adds_no_devices(case: Case) -> bool:
    """Whether the stated devices are accounted for without sequence parallelism; raises Missing where none are."""
    stated = case.known("strategy.device_count").value
    every = (("tp", "pp", "cp", "dp"), _AXES)
    return closed(case) and any(plain(world_size(*sides(case, *axes))) == stated for axes in every)


def sides(case: Case, *axes: str) -> list[Number]:
    """The degrees that the plan says, in this order, without those that are one unless all are."""
    said = [case.number(f"strategy.{axis}") for axis in axes if _has(case, axis)]
    return [side for side in said if plain(side) != 1] or said[:1]


def placed_devices(case: Case) -> tuple[int, ...]:
    """Every device that the placement of stages names, once, in order."""
    return tuple(sorted({device for stage in case.strategy.stages for device in stage.value.devices or ()}))


def is_uneven(case: Case) -> bool:
    """Whether stages differ in their devices or degrees or share devices, so that no product describes them."""
    stages = [stage.value for stage in case.strategy.stages if stage.value.devices]
    sizes = {len(stage.devices or ()) for stage in stages}
    listed = sum(len(stage.devices or ()) for stage in stages)
    own = {(stage.tp, stage.ep, stage.dp) for stage in stages}
    return len(sizes) > 1 or len(own) > 1 or listed > len(placed_devices(case))


def _conventions(case: Case, stated: int) -> Iterator[Convention]:
    axes = [axis for axis in _AXES if _has(case, axis)]
    if not axes:
        raise Missing("strategy.tp")
    if is_launch_of(case, *DERIVING):
        axes = [axis for axis in axes if axis != "ep"]  # the framework's own law leaves no choice
    if axes:
        yield _counted(case, MULTIPLIED, world_size(*sides(case, *axes)), stated)
    if is_launch_of(case, *DERIVING):
        return
    if _has(case, "sp"):
        yield _counted(case, MULTIPLIED, world_size(*sides(case, *axes, "sp")), stated)
    if "ep" in axes:
        yield _shared(case, stated)
    if "ep" in axes and "dp" in axes and divides(_degree(case, "tp"), _degree(case, "ep")):
        yield _counted(case, COPIED, world_size(*sides(case, "ep", "pp", "cp", "dp")), stated)
    dense = [axis for axis in ("tp", "pp") if axis in axes]
    if dense and "dp" in axes and "sglang" in value_or(case.strategy.framework, "").casefold():
        yield _counted(case, GROUPED, world_size(*sides(case, *dense)), stated)


def _has(case: Case, axis: str) -> bool:
    """Whether the plan says a degree; one that was assumed for want of a word is open."""
    fact = case.fact(f"strategy.{axis}")
    return isinstance(fact, Known) and not isinstance(fact.origin, Assumed)


def _counted(case: Case, name: str, devices: Number, stated: int) -> Convention:
    """A product: met exactly where every degree is said, divided where one is open."""
    needed = plain(devices)
    return Convention(name, devices, stated == needed if closed(case) else divides(needed, stated))


def _shared(case: Case, stated: int) -> Convention:
    """Experts on the devices of the dense part; data parallelism, where unsaid, is as wide as they need."""
    tp, pp, cp, ep = (_degree(case, axis) for axis in ("tp", "pp", "cp", "ep"))
    splits = {1, tp, _degree(case, "expert_tp")}
    if _has(case, "dp"):
        devices = world_size(*sides(case, "tp", "pp", "cp", "dp"))
    else:
        least = min(fewest_replicas(tp, cp, ep, split) for split in splits)
        devices = world_size(*sides(case, "tp", "pp", "cp"), least)
    counted = _counted(case, SHARED, devices if _has(case, "dp") else tp * pp * cp, stated)
    replicas = stated // (tp * pp * cp)
    held = any(expert_ranks_divide(tp, cp, replicas, ep, split) for split in splits)
    return Convention(SHARED, devices, counted.fits and held)


def _degree(case: Case, name: str) -> int:
    return max(1, int(case.known(f"strategy.{name}").value)) if _has(case, name) else 1
