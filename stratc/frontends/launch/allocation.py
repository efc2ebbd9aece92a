"""What a launch is given and what its launcher is told, as settings for rules that hold the one against the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from stratc.frontends.launch.arguments import (
    Command,
    counted_by_launcher,
    is_carried,
    of_carriers,
    of_srun,
    options,
    slurm_options,
    world,
)
from stratc.frontends.launch.shell import slurm
from stratc.frontends.launch.traced import Atlas, Traced
from stratc.ir.statement import Statement
from stratc.text.span import Span

LAUNCHER = "setting.@"  # what a launcher is told, and under "processes" all that it starts
GIVEN = "setting.#"
HOSTS = ("-H", "-host", "--host")
_SLOTS = re.compile(r"[\w.-]+:(\d{1,3})")
MPI = ("mpirun", "mpiexec")
COUNTING = ("torchrun", "accelerate", *MPI)


def as_started(command: Command, atlas: Atlas) -> Iterator[Statement]:
    """Settings of the launcher, and of the allocation that it starts in."""
    for name, number in _allotted(command):
        if (span := atlas.span(number)) is not None:
            yield Statement(f"setting.{name}", int(number.text), span, span)
    for given in options(command.before[1:], atlas) if command.launcher == "deepspeed" else ():
        yield Statement(f"{LAUNCHER}{given.shown.lstrip('-')}", given.value or "", given.context, given.context)
    nodes, each, _ = counted_by_launcher(command) if command.launcher == "torchrun" else (None, None, None)
    for name, count in (("nnodes", nodes), ("nproc-per-node", each)) if not command.invocation.slurm else ():
        if count is not None and (span := atlas.span(count)) is not None:
            yield Statement(f"{LAUNCHER}{name}", int(count.text), span, span)
    total, _ = world(command) if command.launcher in COUNTING else (None, None)
    if total is not None and total.text.isdecimal() and (span := atlas.span(command.before[0])) is not None:
        yield Statement(f"{LAUNCHER}processes", int(total.text), span, span)
    yield from _slots(command, atlas) if command.launcher in MPI else ()
    yield from _not_read(command, atlas)


def of_hosts(command: Command, atlas: Atlas) -> Iterator[Statement]:
    """The processes that mpirun starts, and the slots of the hosts that it lists: "-np 16 -H a:8,b:8"."""
    total, _ = world(command) if command.launcher in MPI else (None, None)
    if total is not None and total.text.isdecimal() and (span := atlas.span(total)) is not None:
        yield Statement(f"{LAUNCHER}processes", int(total.text), span, span)
        yield from _slots(command, atlas)


def _slots(command: Command, atlas: Atlas) -> Iterator[Statement]:
    """The slots of all hosts that mpirun lists."""
    listed = next((after for each, after in pairwise(command.before) if each.text in HOSTS), None)
    slots = [_SLOTS.fullmatch(each) for each in listed.text.split(",")] if listed is not None else []
    place = atlas.span(listed) if listed is not None else None
    if place is not None and all(slots):
        yield Statement(f"{LAUNCHER}slots", sum(int(each[1]) for each in slots if each), place, place)


def _not_read(command: Command, atlas: Atlas) -> Iterator[Statement]:
    """Options for sbatch that stand where it does not read them, or whose variables it does not fill in."""
    script = atlas.sources[0]
    for name, value in command.invocation.slurm.items():
        if "$" in value.text and (span := atlas.span(value)) is not None and span.source == script.name:
            yield Statement(f"{GIVEN}unfilled", name, span, span)
            return
    for start, end in slurm.late(script.text):
        span = Span(script.name, start, end)
        yield Statement(f"{GIVEN}late", script.text[start:end].strip(), span, span)
        return


def _allotted(command: Command) -> Iterator[tuple[str, Traced]]:
    """What Slurm is asked for and what a launcher starts, each under a name of its own, where numbers tell it."""
    asked = slurm_options(command)
    by_srun = is_carried(command) or bool(command.before and command.before[0].text == "srun")
    if not asked or not (command.launcher == "torchrun" or by_srun):
        return
    job = command.invocation.slurm  # of which a step may take a part
    nodes, each, _ = counted_by_launcher(command)
    alone = command.launcher in ("srun", "") and of_carriers(command) is None
    told = {
        "#nodes": slurm.number(job, "nodes") or slurm.number(asked, "nodes"),
        "#gpus-per-node": slurm.per_node(asked),
        "#gpus": slurm.devices(job) or slurm.devices(asked),
        "#ntasks": slurm.number(asked, "ntasks") if by_srun else None,
        "#own-ntasks": slurm.number(of_srun(command), "ntasks"),
        "#ntasks-per-node": slurm.number(asked, "ntasks-per-node") if by_srun else None,
        "@tasks": slurm.tasks(asked) if alone else None,
        "@nnodes": nodes,
        "@nproc-per-node": each,
    }
    yield from ((name, number) for name, number in told.items() if number is not None)
