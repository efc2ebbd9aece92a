"""The frontend of shell scripts: what they would launch, followed from their text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from stratc.frontends.frontend import Load, Reading, Unread
from stratc.frontends.launch import megatron, serving, tables
from stratc.frontends.launch.allocation import LAUNCHER, as_started
from stratc.frontends.launch.arguments import (
    FRAGMENT,
    Command,
    device,
    open_words,
    options,
    taken_apart,
    world,
)
from stratc.frontends.launch.companion import beside, is_torchtitan
from stratc.frontends.launch.hostfile import hosts
from stratc.frontends.launch.names import is_of_fork, slips_in
from stratc.frontends.launch.overrides import is_nemo, nemo, nemo_settings, overrides
from stratc.frontends.launch.settings import Settings, of, unread
from stratc.frontends.launch.shell.memory import Memory
from stratc.frontends.launch.shell.run import Shell
from stratc.frontends.launch.shell.started import Invocation
from stratc.frontends.launch.traced import UNKNOWN, Atlas, Traced
from stratc.ir.scope import HERE, Role, Scope
from stratc.ir.setting import OPEN
from stratc.ir.statement import Statement
from stratc.text.source import Source
from stratc.text.span import Span

ENVIRONMENT = (
    "CUDA_DEVICE_MAX_CONNECTIONS",
    "CUDA_VISIBLE_DEVICES",
    "HIP_VISIBLE_DEVICES",
    "ROCR_VISIBLE_DEVICES",
    "ASCEND_RT_VISIBLE_DEVICES",
)
STARTERS = ("torchrun", "deepspeed", "accelerate")  # they start several processes, whatever the program
_PLACE_LEFT = re.compile(r"(?<![<\w])<[A-Za-z][\w ./-]*>")  # <your path>, which a shell takes for redirections
_OF_MEGATRON = {"--num-layers", "--tensor-model-parallel-size", "--tensor_model_parallel_size", "--hidden-size"}
_PROGRAM = re.compile(r"pretrain_\w+\.py")
WORLD = "strategy.device_count"
MANY = 32  # launches of one script that are told apart


@dataclass(frozen=True, slots=True)
class ShellFrontend:
    """Reads launch scripts; nothing they hold is run."""

    suffixes: tuple[str, ...] = (".sh", ".slurm", ".sbatch", ".bash")

    def read(self, source: Source, load: Load) -> Reading:
        """What the script would launch, as statements at the places where its figures are written."""
        return launched(source, load)


FRONTEND = ShellFrontend()


@dataclass(frozen=True, slots=True)
class Followed:
    """A script that was followed to its end, and the commands that it would start."""

    atlas: Atlas
    shell: Shell
    commands: tuple[Command | None, ...]  # None: it starts no program that trains or serves a model

    @staticmethod
    def of(atlas: Atlas, shell: Shell) -> Followed:
        """What a shell has found so far."""
        return Followed(atlas, shell, tuple(taken_apart(invocation) for invocation in shell.found))


def followed(source: Source, load: Load) -> Followed:
    """What a script does, as far as its text tells."""
    atlas = Atlas()
    shell = Shell(atlas, load, source.name)
    shell.follow(_unix(atlas.add(source)))
    return Followed.of(atlas, shell)


def launched(source: Source, load: Load) -> Reading:
    """The reading of the text of a script or of a command."""
    return told_by(followed(source, load))


def told_by(run: Followed) -> Reading:
    """What the commands say that a script, or what stands in for one, would start."""
    atlas = run.atlas
    told: list[tuple[Statement, ...]] = []
    left: list[Unread] = []
    commands = run.commands if any(run.commands) else (fragment(run.shell),)
    for command in commands:
        if command is None or len(told) >= MANY:
            continue
        statements, open_ones = said_by(command, atlas, run.shell)
        if statements and not any(_same(statements, other) for other in told):
            told.append(statements)
            left.extend(open_ones)
    unreadable = (span for each in run.shell.unread if (span := atlas.span(each)) is not None)
    left.extend(Unread(span, "a file that is sourced and cannot be read here") for span in unreadable)
    statements = tuple(_parted(told))
    written = {_names_of(each): each for each in reversed(commands) if each}  # a loop starts what stands there once
    slips = tuple(dict.fromkeys(slip for command in reversed(written.values()) for slip in slips_in(command, atlas)))
    figures = {each.span for each in statements if not each.subject.startswith(LAUNCHER)}
    figures |= {each.span for each in left}
    return Reading(
        tuple(atlas.sources),
        statements,
        diagnostics=slips,
        unread=tuple(dict.fromkeys(left)),
        quantities=len(figures),
        apart=len(told) > 1,
    )


def _names_of(command: Command) -> tuple[tuple[str, int], ...]:
    """The program and the options of a command, and where they stand."""
    named = (command.program, *(each for each in command.words if each.text.startswith("--")))
    return tuple((each.text.partition("=")[0], each.place) for each in named)


def fragment(shell: Shell) -> Command | None:
    """The arguments that a script only gathers, for another one that sources it."""
    words = [word for array in shell.arrays.values() for word in array.values()]
    if not words:
        return None
    return Command(FRAGMENT, (), words[0], tuple(words), Invocation(tuple(words)))


def _unix(script: Traced) -> Traced:
    """The script without carriage returns at the ends of lines."""
    if "\r\n" not in script.text:
        return script
    kept = [
        index
        for index, char in enumerate(script.text)
        if not (char == "\r" and script.text[index + 1 : index + 2] == "\n")
    ]
    return Traced("".join(script.text[index] for index in kept), tuple(script.at[index] for index in kept))


def _same(one: tuple[Statement, ...], other: tuple[Statement, ...]) -> bool:
    """Whether two launches say the same, as those of the nodes of one job do."""
    return {(each.subject, each.value) for each in one} == {(each.subject, each.value) for each in other}


def _parted(told: list[tuple[Statement, ...]]) -> Iterator[Statement]:
    """The statements of all launches, each under its own name where there are several."""
    from dataclasses import replace

    for number, statements in enumerate(told, 1):
        name = f"launch {number}" if len(told) > 1 else ""
        scope = Scope(Role.PLAN, (name,), (), name) if name else HERE
        index = number - 1
        for each in statements:
            yield replace(each, scope=scope, index=index if each.subject.startswith("setting.") else each.index)


def said_by(
    command: Command, atlas: Atlas, shell: Memory | None = None
) -> tuple[tuple[Statement, ...], tuple[Unread, ...]]:
    """What a launch says, and what it leaves to the run; files that it names are read where a shell can."""
    unread_files = shell.unread if shell else ()
    settings = of(options(command.words, atlas))
    said = list(_of_program(command, settings, atlas))
    if not said and command.launcher not in STARTERS:
        return (), ()
    said += of_launcher(command, atlas)
    if shell is not None:
        said += tuple(beside(command, shell, said))
        if command.launcher == "deepspeed":
            counted = any(each.subject == WORLD for each in said)
            said += (each for each in hosts(command, shell) if not counted or each.subject != WORLD)
    if not said:
        return (), ()
    said += _as_written(command, settings, atlas, unread_files)
    left = [*unread(settings, said)]
    place = atlas.span(command.before[0] if command.before else command.program)
    if place is not None and not any(each.subject == WORLD for each in said) and command.launcher not in serving.NAMES:
        left.append(Unread(place, "how many devices are used: not told here"))
    return tuple(said), tuple(left)


def _of_program(command: Command, settings: Settings, atlas: Atlas) -> Iterator[Statement]:
    """What the options of the program say."""
    place = atlas.span(command.program)
    if command.launcher in serving.NAMES:
        yield from serving.statements(command.launcher, command, settings, atlas)
        return
    if is_torchtitan(command):
        yield from settings.by(tables.TORCHTITAN)
        yield from tables.further("torchtitan", settings)
        if place is not None:
            yield Statement("strategy.framework", "torchtitan", place, place)
            yield Statement("workload.phase", "training", place, place)
        return
    if is_nemo(given := overrides(command.words, atlas)):
        yield from nemo(nemo_settings(given))
        if place is not None:
            yield Statement("strategy.framework", "NeMo", place, place)
            yield Statement("workload.phase", "training", place, place)
        return
    if not megatron.is_megatron(settings):
        if command.launcher in STARTERS:
            yield from settings.by(tables.TRAINER)
        return
    yield from megatron.statements(settings)
    if place is not None:
        deepspeed = settings.get("deepspeed", "deepspeed_config") is not None
        own = "a fork of Megatron-LM" if is_of_fork(command) else "Megatron-LM"
        name = "Megatron-DeepSpeed" if deepspeed else own
        yield Statement("strategy.framework", name, place, place)
        yield Statement("workload.phase", "training", place, place)


def _as_written(
    command: Command, settings: Settings, atlas: Atlas, unread_files: Sequence[Traced]
) -> Iterator[Statement]:
    """Every setting under its own name, for rules that know the framework; and that there may be others."""
    for each in settings.each.values():
        value = "" if each.value is None or any(UNKNOWN in part for part in each.rest) else each.value
        value = " ".join((str(value), *each.rest)) if each.rest and value != "" else value
        name = each.name if is_torchtitan(command) else f"--{each.name.replace('_', '-')}"  # as its TOML has them
        yield Statement(f"setting.{name}", value, each.span, each.context)
    unknown = (*unread_files, *open_words(command.words))
    if not shows_all(command, atlas):
        unknown = (command.program, *unknown)
    places = (atlas.span(word) for word in (*unknown, command.program) if unknown)  # not every open word has a place
    for place in islice(filter(None, places), 1):
        yield Statement(f"setting.{OPEN}", "", place, place)
    yield from as_started(command, atlas)
    for name in ENVIRONMENT:
        value = command.invocation.variables.get(name)
        if value is not None and value.is_known and value.text and (span := atlas.span(value)) is not None:
            yield Statement(f"setting.${name}", value.text, span, span)


def shows_all(command: Command, atlas: Atlas) -> bool:
    """Whether a script tells all that its program gets: no places left to fill, and a program without own defaults.

    Megatron's own programs and those called after them leave every argument to the command line.
    """
    if command.launcher == FRAGMENT or any(_PLACE_LEFT.search(each.text) for each in atlas.sources):
        return False
    if any(each.text.strip("[]()") in ("...", "…") for each in command.words):
        return False
    name = command.program.text.rpartition("/")[2]
    return not any(each.text in _OF_MEGATRON for each in command.words) or bool(_PROGRAM.fullmatch(name))


def of_launcher(command: Command, atlas: Atlas) -> Iterator[Statement]:
    """How many processes the launcher starts."""
    total, per_node = world(command)
    for key, number in ((WORLD, total), ("hardware.devices_per_node", per_node)):
        if number is not None and (span := atlas.span(number)) is not None and re.fullmatch(r"\d+", number.text):
            yield Statement(key, int(number.text), span, _line(span, atlas))
    kind = device(command)
    if kind is not None and (span := atlas.span(kind)) is not None:
        yield Statement("hardware.accelerator", kind.text.upper(), span, _line(span, atlas))


def _line(span: Span, atlas: Atlas) -> Span:
    """The line around a place."""
    source = next(each for each in atlas.sources if each.name == span.source)
    row = source.position(span.start)[0]
    start = source.line_starts[row - 1]
    return Span(span.source, start, max(span.end, start + len(source.line(row))))
