"""The layout a launcher needs: every degree, the world, and how the batch is cut, by Megatron's law.

Megatron and DeepSpeed derive the data-parallel degree from the world, so both backends read it here and agree.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from stratc.analysis.case import Case
from stratc.analysis.layout.division import first_holding
from stratc.analysis.layout.ranks import Axis, axes
from stratc.arith.term import HasSpans
from stratc.ir.origin import Assumed, Derived, Known, Missing, Unknown


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a layout is refused: a sentence with the numbers, the facts concerned and a label for each."""

    message: str
    places: tuple[HasSpans, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """Degrees and world of a launch; world = tp · cp · pp · dp and ep · expert_tp · expert_dp = tp · cp · dp.

    Source: Megatron-Core parallel_state (dense and expert rank generators).
    """

    tp: Known[int]
    pp: Known[int]
    cp: Known[int]
    dp: Known[int]
    ep: Known[int]
    expert_tp: Known[int]
    vpp: Known[int]
    world: Known[int]
    per_node: Known[int]

    @property
    def nodes(self) -> int:
        """Machines of the job, all with the same number of devices."""
        return self.world.value // self.used_per_node

    @property
    def used_per_node(self) -> int:
        """Devices of each machine: the most that its size allows and that divide the world."""
        return max(size for size in range(1, self.per_node.value + 1) if self.world.value % size == 0)

    @property
    def axes(self) -> dict[str, Axis]:
        """The groups of ranks of every axis."""
        degrees = {name: getattr(self, name).value for name in ("tp", "cp", "dp", "pp", "ep", "expert_tp")}
        return axes(**degrees)

    @property
    def expert_dp(self) -> int:
        """Copies of every expert."""
        return self.tp.value * self.cp.value * self.dp.value // (self.ep.value * self.expert_tp.value)


@dataclass(frozen=True, slots=True)
class Layout(Shape):
    """A shape and how the batch is cut: batch = micro-batch size · micro-batches · dp.

    Source: Megatron-Core num_microbatches_calculator.
    """

    micro_batch_size: Known[int]
    micro_batches: Known[int]
    batch_size: Known[int]


def shape(case: Case) -> Shape | Problem:
    """The degrees of a strategy, or why a launcher refuses them.  Raises Missing where the plan does not say enough."""
    degrees = {name: _degree(case, name) for name in ("tp", "pp", "cp", "vpp", "ep")}
    sized = _world_and_dp(case, degrees)
    if isinstance(sized, Problem):
        return sized
    world, dp = sized
    expert_tp = _expert_tp(case, degrees, dp)
    if isinstance(expert_tp, Problem):
        return expert_tp
    return Shape(**degrees, dp=dp, expert_tp=expert_tp, world=world, per_node=_per_node(case, world))


def layout(case: Case) -> Layout | Problem:
    """The layout of a strategy, or why a launcher refuses it.  Raises Missing where the plan does not say enough."""
    found = shape(case)
    if isinstance(found, Problem):
        return found
    batch = _batch(case, found.dp)
    if isinstance(batch, Problem):
        return batch
    size, count, total = batch
    degrees = {each.name: getattr(found, each.name) for each in fields(Shape)}
    return Layout(**degrees, micro_batch_size=size, micro_batches=count, batch_size=total)


def _degree(case: Case, name: str) -> Known[int]:
    fact = case.fact(f"strategy.{name}")
    return fact if isinstance(fact, Known) else Known(1, Assumed(f"the plan names no {name}"))


def _derived(by: str, value: int, *inputs: Known[Any]) -> Known[int]:
    return Known(value, Derived(by, inputs))


def _world_and_dp(case: Case, degrees: dict[str, Known[int]]) -> tuple[Known[int], Known[int]] | Problem:
    """World and data-parallel degree, of which the plan must give one."""
    model = [degrees["tp"], degrees["cp"], degrees["pp"]]
    share = model[0].value * model[1].value * model[2].value
    dp = case.fact("strategy.dp")
    world = case.fact("strategy.device_count")
    world = case.fact("hardware.device_count") if isinstance(world, Unknown) else world
    if isinstance(world, Unknown):
        if isinstance(dp, Unknown):
            raise Missing("strategy.device_count")
        return _derived("tp × cp × pp × dp", share * dp.value, *model, dp), dp
    wanted = f"tp {model[0].value} × cp {model[1].value} × pp {model[2].value}"
    labels = ("devices stated here", "tp", "cp", "pp")
    if world.value % share:
        message = f"{world.value} devices are not a multiple of {wanted} = {share}"
        return Problem(message, (world, *model), labels)
    if isinstance(dp, Known) and dp.value * share != world.value:
        message = f"{world.value} devices stated, but {wanted} × dp {dp.value} = {dp.value * share}"
        return Problem(message, (world, *model, dp), (*labels, "dp"))
    derived = _derived("devices ÷ (tp × cp × pp)", world.value // share, world, *model)
    return world, dp if isinstance(dp, Known) else derived


def _expert_tp(case: Case, degrees: dict[str, Known[int]], dp: Known[int]) -> Known[int] | Problem:
    """Expert tensor-parallel degree: stated, else tp, else 1, the first with which the ranks hold the experts."""
    ep, tp, cp = degrees["ep"], degrees["tp"], degrees["cp"]
    ranks = tp.value * cp.value * dp.value
    stated = case.fact("strategy.expert_tp")
    choices = [stated] if isinstance(stated, Known) else [tp, Known(1, Assumed("experts are not split further"))]
    fitting = first_holding(ranks, ep.value, [choice.value for choice in choices])
    for choice in choices:
        if choice.value == fitting:
            return choice
    message = (
        f"ep {ep.value} × expert tp {choices[-1].value} = {ep.value * choices[-1].value} ranks do not divide "
        f"tp {tp.value} × cp {cp.value} × dp {dp.value} = {ranks}"
    )
    return Problem(message, (ep, *choices, tp, dp), ("ep", *("expert tp" for _ in choices), "tp", "dp"))


def _batch(case: Case, dp: Known[int]) -> tuple[Known[int], Known[int], Known[int]] | Problem:
    """Micro-batch size, micro-batches a step and global batch, of which the plan must give the batch or two others."""
    size, count = case.fact("workload.micro_batch_size"), case.fact("workload.micro_batches")
    total = case.fact("workload.batch_size")
    if isinstance(total, Unknown):
        if isinstance(size, Unknown) or isinstance(count, Unknown):
            raise Missing("workload.batch_size")
        return size, count, _derived("size × micro-batches × dp", size.value * count.value * dp.value, size, count, dp)
    if isinstance(size, Unknown):
        if isinstance(count, Unknown):
            size = Known(1, Assumed("the plan names no micro-batch size"))
        else:
            share = total.value // (count.value * dp.value)
            size = _derived("batch ÷ (micro-batches × dp)", share, total, count, dp)
    replica = size.value * dp.value
    if not replica or total.value % replica:
        shown = f"batch of {total.value} sequences is not a multiple of micro-batch size × dp"
        cut = f"{count.value} micro-batches × " if isinstance(count, Known) else ""
        message = f"{shown} {dp.value}" if replica else f"batch of {total.value} is less than {cut}dp {dp.value}"
        return Problem(message, (total, size, dp), ("batch", "micro-batch size", "dp"))
    derived = _derived("batch ÷ (size × dp)", total.value // replica, total, size, dp)
    if isinstance(count, Known) and count.value != derived.value:
        message = f"batch {total.value} ÷ (micro-batch {size.value} × dp {dp.value}) = {derived.value} micro-batches, "
        return Problem(message + f"not {count.value}", (count, total, size, dp), ("stated", "batch", "size", "dp"))
    return size, count if isinstance(count, Known) else derived, total


def _per_node(case: Case, world: Known[int]) -> Known[int]:
    fact = case.fact("hardware.devices_per_node")
    if isinstance(fact, Known):
        return fact if fact.value <= world.value else world
    reason = "the plan names no node size; eight devices a node is usual"
    return Known(min(8, world.value), Assumed(reason))
