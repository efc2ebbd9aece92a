"""Who sits where: stages, machines, tensor-parallel groups and devices, for drawings.

Ranks follow Megatron's order (tp fastest, then cp, dp, pp; experts: expert tp, ep, copies), or the plan's placement.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from stratc.analysis.case import Case
from stratc.analysis.layout.launch import Layout, Problem, layout
from stratc.analysis.layout.ranks import Axis
from stratc.ir.origin import Known, Missing, Unknown, value_or

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Group:
    """Devices that share every layer they hold (a tensor-parallel group), and the experts they hold together."""

    devices: tuple[int, ...]
    experts: Range | None = None


@dataclass(frozen=True, slots=True)
class Machine:
    """One node, or several alike: its groups are those of the first; `numbers` are all of them."""

    numbers: tuple[int, ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class StageBox:
    """A pipeline stage: its layers, what the plan says it holds, and its machines."""

    index: int
    layers: tuple[Range, ...]
    holds: str
    machines: tuple[Machine, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """All stages; `tensor` and `expert` are the group sizes, `copies` the replicas of the dense part."""

    stages: tuple[StageBox, ...]
    tensor: int
    expert: int
    copies: int
    devices: int
    placed: bool  # by the plan itself, device by device


def grid(case: Case) -> Grid:
    """The grid of a strategy.  Raises Missing where not even the number of devices is known."""
    if any(stage.value.devices for stage in case.strategy.stages):
        return _placed(case)
    try:
        found = layout(case)
    except Missing as error:
        if not error.key.startswith("workload"):
            raise
        found = Problem("", (), ())
    return _ranked(case, found) if isinstance(found, Layout) else _multiplied(case)


def _layers(case: Case, index: int, stages: int) -> tuple[Range, ...]:
    """Layers of a stage, a range for each of its virtual stages: as placed, else an even share counted from 0."""
    placed, chunks = case.strategy.stages, stages * value_or(case.strategy.vpp, 1)
    mine = placed[index::stages] if len(placed) in (stages, chunks) else placed[index : index + 1]
    if len(placed) <= chunks and mine and all(stage.value.layers for stage in mine):
        return tuple(stage.value.layers for stage in mine if stage.value.layers)
    layers = case.fact("model.layers")
    if isinstance(layers, Unknown) or layers.value % chunks:
        return ()
    each = layers.value // chunks
    return tuple((chunk * each, (chunk + 1) * each - 1) for chunk in range(index, chunks, stages))


def _share(total: int, part: int, parts: int) -> Range | None:
    each = total // parts
    return (part * each, (part + 1) * each - 1) if each else None


def _ranked(case: Case, found: Layout) -> Grid:
    """Ranks as Megatron numbers them."""
    world, pp, axes = found.world.value, found.pp.value, found.axes
    experts = value_or(case.plan.model.experts, 0)
    groups = [
        Group(devices, _held(experts, axes["ep"], devices) if experts else None) for devices in axes["tp"].groups(world)
    ]
    each = len(groups) // pp
    stages = tuple(
        StageBox(index, _layers(case, index, pp), "", _machines(own, found.per_node.value))
        for index in range(pp)
        for own in [groups[index * each : (index + 1) * each]]
    )
    return Grid(stages, found.tp.value, found.ep.value, found.dp.value, world, placed=False)


def _held(experts: int, axis: Axis, devices: tuple[int, ...]) -> Range | None:
    """Experts of the devices of one tensor-parallel group; None where their expert ranks are not neighbours."""
    ranks = [axis.place(device) for device in devices]
    first, last = _share(experts, ranks[0], axis.size), _share(experts, ranks[-1], axis.size)
    return (first[0], last[1]) if first and last and ranks[0] <= ranks[-1] else None


def _multiplied(case: Case) -> Grid:
    """Every degree multiplied, for plans whose counts a launcher would refuse."""
    tensor, stages, ep, dp = (value_or(case.fact(f"strategy.{name}"), 1) for name in ("tp", "pp", "ep", "dp"))
    if tensor * stages * ep * dp == 1 and not case.has("strategy.device_count"):
        raise Missing("strategy.device_count")
    experts = value_or(case.plan.model.experts, 0)
    per_stage = tensor * ep * dp
    boxes = []
    for index in range(stages):
        starts = range(index * per_stage, (index + 1) * per_stage, tensor)
        groups = [
            Group(tuple(range(start, start + tensor)), _share(experts, place % ep, ep) if experts else None)
            for place, start in enumerate(starts)
        ]
        boxes.append(StageBox(index, _layers(case, index, stages), "", _machines(groups, _per_node(case))))
    return Grid(tuple(boxes), tensor, ep, dp, per_stage * stages, placed=False)


def _placed(case: Case) -> Grid:
    """Stages and devices as the plan itself lists them."""
    tensor, dp, ep = (value_or(case.fact(f"strategy.{name}"), 1) for name in ("tp", "dp", "ep"))
    boxes = []
    for order, stage in enumerate(case.strategy.stages):
        devices = stage.value.devices or ()
        width = min(stage.value.tp or tensor, len(devices)) or 1
        groups = [
            replace(group, experts=_listed(case, group.devices))
            for start in range(0, len(devices), width)
            for group in [Group(devices[start : start + width])]
        ]
        own = stage.value.layers
        layers = (own,) if own else _layers(case, order, len(case.strategy.stages))
        boxes.append(StageBox(stage.value.index, layers, stage.value.holds, _machines(groups, _per_node(case))))
    count = len({device for box in case.strategy.stages for device in box.value.devices or ()})
    return Grid(tuple(boxes), tensor, ep, dp, count, placed=True)


def _listed(case: Case, devices: tuple[int, ...]) -> Range | None:
    """Experts that the plan lists for these devices, cut evenly where it lists a larger group."""
    for span in case.strategy.expert_spans:
        held, (first, last) = span.value.devices or (), span.value.experts
        if set(devices) <= set(held):
            parts = len(held) // len(devices)
            share = _share(last - first + 1, held.index(devices[0]) // len(devices), parts)
            return (first + share[0], first + share[1]) if share else (first, last)
    return None


def _per_node(case: Case) -> int:
    fact = case.fact("hardware.devices_per_node")
    return fact.value if isinstance(fact, Known) else 8


def _machines(groups: list[Group], per_node: int) -> tuple[Machine, ...]:
    """Groups by machine; machines that hold the same experts in groups of the same size are drawn as one."""
    nodes = [
        Machine((number,), tuple(members))
        for number, members in groupby(groups, key=lambda group: group.devices[0] // per_node)
    ]
    return tuple(_alike(nodes))


def _alike(nodes: list[Machine]) -> Iterator[Machine]:
    seen: dict[tuple[tuple[int, Range | None], ...], Machine] = {}
    for node in nodes:
        shape = tuple((len(group.devices), group.experts) for group in node.groups)
        first = seen.get(shape)
        seen[shape] = replace(first, numbers=first.numbers + node.numbers) if first else node
    yield from seen.values()
