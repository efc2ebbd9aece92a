"""The backend `graphviz`: where everything sits and what flows between, as a DOT drawing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import pairwise

import graphviz

from stratc.analysis.case import Case
from stratc.analysis.layout.grid import Grid, Group, Machine, Range, StageBox, grid
from stratc.analysis.memory.memory import DeviceMemory, StageMemory, device_memory
from stratc.analysis.speed.performance import performance
from stratc.arith.unit import BYTE, show
from stratc.backends.backend import USUAL, Artefact, Emission, Options, Where
from stratc.backends.notices import NEEDS_FACT, remark
from stratc.errors import StratcError
from stratc.ir.origin import Known, Missing

COLOURS = ("#cfe3f7", "#d6efd0", "#fde7c4", "#f6d2d9", "#e3d7f1", "#cdeeea", "#f3ecc0", "#e2e2e2")
BAR = 10  # cells of a memory bar
SHOWN = 6  # boxes of a kind that are drawn before the middle ones are summed up


@dataclass(frozen=True, slots=True)
class Graphviz:
    """Writes placement.dot."""

    name: str = "graphviz"

    def emit(self, case: Case, where: Where, options: Options = USUAL) -> Emission:  # noqa: ARG002  # a drawing has no line comments
        """The drawing, or what is missing for one."""
        try:
            return Emission((Artefact("placement.dot", drawing(case, grid(case))),))
        except Missing as error:
            first = next((known for _, known in case.plan.facts() if known.spans()), None)
            message = f"nothing can be drawn without `{error.key}`, which the plan does not give"
            notice = remark(NEEDS_FACT, message, first) if first else None
            return Emission(diagnostics=(notice,) if notice else ())


def render(dot: str, form: str) -> bytes:
    """The drawing as "svg" or "png".  Raises StratcError when Graphviz itself is not installed."""
    try:
        found: bytes = graphviz.Source(dot).pipe(format=form)
    except graphviz.ExecutableNotFound:
        raise StratcError(f"no {form.upper()} was drawn: Graphviz (the program `dot`) is not installed") from None
    return found


def drawing(case: Case, plan: Grid) -> str:
    """DOT text: stages as clusters, machines as tables, devices as cells; parts that are alike are drawn once."""
    memory = device_memory(case)
    needs = dict(enumerate(memory.stages))
    volumes = {row.axis: show(row.bytes, BYTE) for row in performance(case).communication}
    graph = graphviz.Digraph("placement", node_attr={"shape": "plain", "fontname": "Helvetica"})
    graph.attr(rankdir="LR", fontname="Helvetica", compound="true", nodesep="0.25", ranksep="0.9")
    graph.attr(label="\n".join([_title(plan), *_supposed(memory)]))
    graph.attr("edge", fontname="Helvetica", fontsize="10", color="#555555")
    shown = tuple(_shortened(plan.stages))
    for order, stage in shown:
        if stage is None:
            graph.node(_first(order), f"… {_between(shown, order)} more stages alike", fontsize="12")
        else:
            _stage(graph, plan, order, stage, _memory(needs.get(order), memory.capacity))
    _edges(graph, case, plan, shown, volumes)
    return str(graph.source)


def _title(plan: Grid) -> str:
    parts = [f"{plan.devices} devices", f"{len(plan.stages)} stages"]
    parts += [f"tp {plan.tensor}"] if plan.tensor > 1 else []
    parts += [f"ep {plan.expert}"] if plan.expert > 1 else []
    parts += [f"dp {plan.copies}"] if plan.copies > 1 else []
    return " · ".join(parts)


def _supposed(memory: DeviceMemory) -> Iterator[str]:
    """What the amounts of memory rest on where the plan does not say it."""
    if any(stage.peak for stage in memory.stages):
        for each in memory.assumed:
            if each.key == "workload.micro_batch_size":
                yield f"memory for micro-batches of {each.value:g}: {each.because}"


def _shortened(stages: tuple[StageBox, ...]) -> Iterator[tuple[int, StageBox | None]]:
    """Stages to draw with their place; None where a run of them is summed up."""
    for order, stage in enumerate(stages):
        if len(stages) <= SHOWN or order < SHOWN - 2 or order == len(stages) - 1:
            yield order, stage
        elif order == SHOWN - 2:
            yield order, None


def _between(shown: tuple[tuple[int, StageBox | None], ...], order: int) -> int:
    return shown[-1][0] - order


def _first(order: int) -> str:
    return f"stage{order}_0"


def _memory(need: StageMemory | None, capacity: float | None) -> str:
    """What a device of the stage needs, against what it has: "▰▰▰▱▱▱▱▱▱▱ 26.1 GB of 80 GB"."""
    if need is None or need.peak is None:
        return ""
    if not capacity:
        return f"{show(need.peak, BYTE)} a device"
    filled = min(BAR, round(BAR * need.peak / capacity))
    return f"{'▰' * filled}{'▱' * (BAR - filled)} {show(need.peak, BYTE)} of {show(capacity, BYTE)}"


def _stage(graph: graphviz.Digraph, plan: Grid, order: int, stage: StageBox, memory: str) -> None:
    with graph.subgraph(name=f"cluster_{order}") as cluster:
        layers = ", ".join(_range(each) for each in stage.layers)
        title = f"stage {stage.index}" + (f" · layers {layers}" if layers else "")
        label = "\n".join(line for line in (title, graphviz.escape(stage.holds), memory) if line)
        cluster.attr(label=label, style="rounded", color="#999999")
        machines = stage.machines
        kept = machines if len(machines) <= SHOWN else (*machines[: SHOWN - 2], None, machines[-1])
        for place, machine in enumerate(kept):
            name = f"stage{order}_{place}"
            if machine is None:
                cluster.node(name, f"… {len(machines) - SHOWN + 1} more machines alike but for their experts")
            else:
                cluster.node(name, _machine(machine, plan, COLOURS[order % len(COLOURS)]))


def _machine(machine: Machine, plan: Grid, colour: str) -> str:
    """An HTML-like table: the machine's number, then one row a group, one cell a device."""
    title = f"node {machine.numbers[0]}"
    if len(machine.numbers) > 1:
        title = f"{len(machine.numbers)} × nodes {_numbers(machine.numbers)}"
    rows = "".join(_group(group, plan, colour) for group in machine.groups)
    head = f'<TR><TD COLSPAN="{plan.tensor + 1}" BORDER="0"><B>{title}</B></TD></TR>'
    return f'<<TABLE BORDER="1" CELLBORDER="1" CELLSPACING="3" COLOR="#777777">{head}{rows}</TABLE>>'


def _group(group: Group, plan: Grid, colour: str) -> str:
    cells = "".join(f'<TD BGCOLOR="{colour}">{device}</TD>' for device in group.devices)
    says = [f"tp {len(group.devices)}"] if len(group.devices) > 1 else []
    says += [f"expert{'s' * (group.experts[0] != group.experts[1])} {_range(group.experts)}"] if group.experts else []
    side = f'<TD BORDER="0" ALIGN="RIGHT">{escape(", ".join(says))}</TD>' if says else ""
    blank = '<TD BORDER="0"></TD>' * (plan.tensor - len(group.devices))
    return f"<TR>{side}{cells}{blank}</TR>"


def _range(ends: Range) -> str:
    return str(ends[0]) if ends[0] == ends[1] else f"{ends[0]}–{ends[1]}"


def _numbers(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers[:4])) + (", …" if len(numbers) > 4 else "")


def _edges(
    graph: graphviz.Digraph,
    case: Case,
    plan: Grid,
    shown: tuple[tuple[int, StageBox | None], ...],
    volumes: dict[str, str],
) -> None:
    """What flows: between stages, among the ranks of experts, within tensor-parallel groups, between replicas."""
    passed = f"activations\n{volumes['pp']}" if "pp" in volumes else "activations"
    for (left, _), (right, _) in pairwise(shown):
        ends = {"ltail": f"cluster_{left}", "lhead": f"cluster_{right}"}
        graph.edge(_first(left), _first(right), label=f"point to point\n{passed}", **ends)
    for order, stage in shown:
        if stage is None:
            continue
        if len(stage.machines) > 1 and plan.expert > 1:
            last = f"stage{order}_{min(len(stage.machines), SHOWN) - 1}"
            style = {"dir": "both", "constraint": "false", "color": "#b05a00"}
            graph.edge(_first(order), last, label=f"all-to-all\n(ep {plan.expert})", **style)
    flows = list(_shared(plan))
    flows += [
        f"{flow}, {volumes[axis]} a device and step" if axis in volumes else flow for axis, flow in _flows(case, plan)
    ]
    if flows:
        graph.node("flows", "".join(f"{flow}\\l" for flow in flows), shape="note", fontsize="11")


def _shared(plan: Grid) -> Iterator[str]:
    """Devices that stand in more than one stage."""
    stages: dict[int, list[int]] = {}
    for stage in plan.stages if plan.placed else ():
        for group in (group for machine in stage.machines for group in machine.groups):
            for device in group.devices:
                stages.setdefault(device, []).append(stage.index)
    for device, held in stages.items():
        if len(held) > 1:
            yield f"device {device} holds stages {', '.join(map(str, held))}"


def _flows(case: Case, plan: Grid) -> Iterator[tuple[str, str]]:
    """The flows that have no arrow of their own, by axis."""
    if plan.tensor > 1:
        yield "tp", f"in every tp group of {plan.tensor}: all-reduce in each layer"
    if plan.expert > 1:
        yield "ep", f"among {plan.expert} expert ranks: all-to-all, twice in each layer"
    phase = case.fact("workload.phase")
    if plan.copies > 1 and isinstance(phase, Known) and phase.value == "training":
        yield "dp", f"among {plan.copies} replicas: gradients, once a step"


BACKEND = Graphviz()
