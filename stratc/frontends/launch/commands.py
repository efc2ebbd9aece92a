"""The commands of a fragment: what each launches, and what their options and variables commonly mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.frontends.frontend import no_files
from stratc.frontends.launch import general
from stratc.frontends.launch.allocation import of_hosts
from stratc.frontends.launch.arguments import Command, options, slurm_options
from stratc.frontends.launch.fragment import Told, told
from stratc.frontends.launch.names import slips_in
from stratc.frontends.launch.script import Followed, followed, fragment, of_launcher, said_by
from stratc.frontends.launch.settings import Setting
from stratc.frontends.launch.shell import slurm
from stratc.ir.statement import Statement
from stratc.text.source import Source

if TYPE_CHECKING:
    from stratc.frontends.launch.traced import Atlas, Traced

_BESIDE = re.compile(
    r"(?i)(?:^|[/_.-])(?:bench|eval|convert|preprocess|export|merge|quantiz|profil)\w*"
)  # jobs beside the plan's
_RUNS = re.compile(
    r"(?:^|[/_.-])(?:\w*train|\w*tun(?:e|ing)|sft|run|main|launch|serve|server|infer\w*|generate)\w*\.py$"
)
_STARTED = {"hardware.devices_per_node": " on a node", "strategy.device_count": ""}
_WRITTEN = {"json": "json", "yaml": "yaml", "yml": "yaml", "toml": "toml"}
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")


def commands(source: Source) -> Iterator[Told]:
    """The launches of a script, and what else its options and variables commonly mean."""
    run = followed(source, no_files)
    launches = [each for each in (_launch(run, number) for number in range(len(run.commands))) if each]
    yield from launches
    for notation, text in _inside(run):
        if text.is_known and all(place >= 0 for place in text.at):
            yield from told(text, notation, source.name)
    if not any(each.starts for each in launches):
        yield Told(tuple(general.statements(_variables(run))))
    if not run.commands:
        gathered = fragment(run.shell)
        said = said_by(gathered, run.atlas)[0] if gathered else ()
        yield Told(said or tuple(general.statements(general.flags(source.text, source.name))))


def _launch(run: Followed, number: int) -> Told | None:
    """What one command says: as its framework takes it, else by the common meaning of its options."""
    command, words = run.commands[number], run.shell.found[number].words
    if _BESIDE.search(command.program.text if command else words[0].text):
        return None
    given = command.words if command and command.launcher else words
    said = said_by(command, run.atlas)[0] if command else ()
    starts = any(each.subject == "strategy.framework" for each in said)
    slips = tuple(slips_in(command, run.atlas)) if command and starts else ()
    if not starts and words[0].text != "ray":  # Ray's own options count what a node has
        places = {each.span for each in said if not each.subject.startswith("setting.")}
        loose = tuple(general.statements(options(given, run.atlas)))
        runs = loose or (command is not None and _trains(command))
        world = _world(command, run.atlas) if command and runs and not said else ()
        said = (*said, *world, *(each for each in loose if each.span not in places))
    counted = tuple(_counted(said))
    started = _started(counted, command.launcher) if command else ()
    return Told((*counted, *started), starts, slips) if said else None


def _trains(command: Command) -> bool:
    """Whether a launcher of several processes starts a program that trains or serves by its name."""
    return command.launcher in ("srun", "mpirun", "mpiexec") and _RUNS.search(command.program.text) is not None


def _world(command: Command, atlas: Atlas) -> Iterator[Statement]:
    """The devices of a launch: those that Slurm gives it, else the processes that its launcher starts."""
    asked = slurm_options(command) if command.launcher == "srun" else {}
    given, each = slurm.devices(asked), slurm.per_node(asked)
    nodes = slurm.number(asked, "nodes") or given
    places = [atlas.span(written) if written is not None else None for written in (nodes, each)]
    if given is None or each is None or places[0] is None or places[1] is None:
        yield from (*of_launcher(command, atlas), *of_hosts(command, atlas))
        return
    yield Statement("strategy.device_count", int(given.text), places[0], places[0])
    yield Statement("hardware.devices_per_node", int(each.text), places[1], places[1])


def _started(said: Iterable[Statement], launcher: str) -> Iterator[Statement]:
    """The devices of a launch once more, as what its launcher is set to."""
    for key, part in _STARTED.items() if launcher else ():
        for each in said:
            if each.subject == key:
                yield replace(each, subject=f"setting.{launcher}{part}")


def _counted(said: tuple[Statement, ...]) -> Iterator[Statement]:
    """A launch without what it only seems to count: all devices where the number of nodes is left out, since a plan
    may start several, and the devices of a node where there is one, since it may use a part of it.
    """
    here = {(each.span, each.value) for each in said if each.subject == "hardware.devices_per_node"}
    totals = [each for each in said if each.subject == "strategy.device_count"]
    world = {each.value for each in totals if (each.span, each.value) not in here}
    for each in said:
        guessed = each in totals and (each.span, each.value) in here
        if not guessed and not (each.subject == "hardware.devices_per_node" and each.value in world):
            yield each


def _variables(run: Followed) -> Iterator[Setting]:
    """The variables that a script sets, by the names that the environment has."""
    for name, value in run.shell.variables.items():
        span = run.atlas.span(value) if value.is_known and value.text else None
        if span is not None and _VARIABLE.fullmatch(name):
            yield Setting(name.lower(), value.text, span, span, f"${name}")


def _inside(run: Followed) -> Iterator[tuple[str, Traced]]:
    """Texts in notations of their own: configurations that a script writes, programs that it gives to Python."""
    for path, text in run.shell.files.items():
        if notation := _WRITTEN.get(path.rpartition(".")[2]):
            yield notation, text
    for words in (each.words for each in run.shell.found):
        if len(words) > 2 and words[1].text == "-c" and words[0].text.rpartition("/")[2].startswith("python"):
            yield "program", words[2]
