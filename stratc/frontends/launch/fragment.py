"""Launches and settings that stand inside another text, such as a fence of a plan."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stratc.codec.positions import Fault, Node
from stratc.codec.positions import parse as parse_json
from stratc.frontends.frontend import no_files
from stratc.frontends.launch import documents, general
from stratc.frontends.launch.program import mappings
from stratc.frontends.launch.settings import Setting, of
from stratc.ir.statement import Statement
from stratc.text.source import Source
from stratc.text.span import Span

if TYPE_CHECKING:
    from stratc.diagnostics.diagnostic import Diagnostic
    from stratc.frontends.launch.script import Followed
    from stratc.frontends.launch.traced import Traced

SURE = 3  # so many things a mapping says before it is taken for the configuration of a framework
OF_FRAMEWORK = ("strategy.framework", "workload.phase")
_OF_VLLM = ("LLM", "EngineArgs", "AsyncEngineArgs")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
_COMMENT = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|(//[^\n]*|/\*[\s\S]*?\*/|,(?=\s*[}\]]))")


@dataclass(frozen=True, slots=True)
class Told:
    """What one launch or one mapping says; `starts` is true of the command line of a framework."""

    statements: tuple[Statement, ...]
    starts: bool = False
    slips: tuple[Diagnostic, ...] = ()


def told(text: Traced, notation: str, source: str) -> Iterator[Told]:
    """What each launch and each mapping of a fragment says, at the places of its characters in that source.

    The notation is "shell", "json", "yaml", "toml" or "program".  Figures that the fragment leaves open say nothing.
    """
    inner = Source(source, text.text)
    for each in _READERS[notation](inner):
        yield Told(
            tuple(_placed(statement, text) for statement in each.statements),
            each.starts,
            tuple(_moved(slip, text) for slip in each.slips),
        )


def _shell(source: Source) -> Iterator[Told]:
    """The launches of a script, and what else its options and variables commonly mean."""
    from stratc.frontends.launch.script import followed

    run = followed(source, no_files)
    launches = [each for each in (_launch(run, number) for number in range(len(run.commands))) if each]
    yield from launches
    yield from (found for path, text in run.shell.files.items() for found in _written(path, text, source.name))
    if not any(each.starts for each in launches):
        yield Told(tuple(general.statements(_variables(run))))
    if not launches:
        yield Told(tuple(general.statements(general.flags(source.text, source.name))))


def _launch(run: Followed, number: int) -> Told | None:
    """What one command says: as its framework takes it, else by the common meaning of its options."""
    from stratc.frontends.launch.arguments import options
    from stratc.frontends.launch.names import slips_in
    from stratc.frontends.launch.script import of_launcher, said_by

    command, words = run.commands[number], run.shell.found[number].words
    given = command.words if command and command.launcher else words
    said = said_by(command, run.atlas)[0] if command else ()
    starts = any(each.subject == "strategy.framework" for each in said)
    slips = tuple(slips_in(command, run.atlas)) if command and starts else ()
    if not starts and words[0].text != "ray":  # Ray's own options count what a node has
        places = {each.span for each in said if not each.subject.startswith("setting.")}
        loose = tuple(general.statements(options(given, run.atlas)))
        world = of_launcher(command, run.atlas) if command and loose and not said else ()
        said = (*said, *world, *(each for each in loose if each.span not in places))
    counted = tuple(_counted(said))
    started = _started(counted, command.launcher) if command else ()
    return Told((*counted, *started), starts, slips) if said else None


def _started(said: Iterable[Statement], launcher: str) -> Iterator[Statement]:
    """The devices of a launch once more, as what its launcher is set to."""
    for each in said:
        if each.subject == "strategy.device_count" and launcher:
            yield replace(each, subject=f"setting.{launcher}")


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


def _written(path: str, text: Traced, source: str) -> Iterator[Told]:
    """A configuration that a script writes to a file."""
    notation = {"json": "json", "yaml": "yaml", "yml": "yaml", "toml": "toml"}.get(path.rpartition(".")[2])
    if notation and text.is_known and all(place >= 0 for place in text.at):
        yield from told(text, notation, source)


def _json(source: Source) -> Iterator[Told]:
    """JSON, comments and the comma before a closing bracket forgiven."""
    blanked = _COMMENT.sub(lambda each: " " * len(each[0]) if each[1] else each[0], source.text)
    yield from _document(parse_json(blanked), source)


def _yaml(source: Source) -> Iterator[Told]:
    """Manifests and recipes by what they start, other documents by their keys."""
    from stratc.frontends.launch.yaml import documents as parsed

    found = parsed(source.text)
    roots: Sequence[Node | Fault] = [found] if isinstance(found, Fault) else found
    run = None if isinstance(found, Fault) else documents.started(found, source, no_files)
    if run is not None:
        yield from _by_launch(run.statements)
        return
    for root in roots:
        yield from _document(root, source)


def _by_launch(statements: Iterable[Statement]) -> Iterator[Told]:
    """What each of several launches says, which were told apart by name."""
    launches: dict[str, list[Statement]] = {}
    for each in statements:
        launches.setdefault(each.scope.strategy, []).append(each)
    for said in launches.values():
        yield Told(tuple(said), any(each.subject == "strategy.framework" for each in said))


def _toml(source: Source) -> Iterator[Told]:
    from stratc.frontends.launch.toml import parse

    yield from _document(parse(source.text), source)


def _document(root: Node | Fault, source: Source) -> Iterator[Told]:
    """A configuration; what is none as a whole is read entry by entry."""
    found = () if isinstance(root, Fault) else _mapping(root, source)
    said = {each.span for each in found}
    spare = general.entries(source.text, source.name) if isinstance(root, Fault) else ()
    loose = general.statements((*spare, *general.flags(source.text, source.name)))
    yield Told((*found, *(each for each in loose if each.span not in said)))


def _mapping(root: Node, source: Source) -> tuple[Statement, ...]:
    """A configuration of a framework, else the common meaning of every name."""
    known = documents.reading(root, source, documents.MARKED)
    if known is None:
        return tuple(general.statements(documents.leaves(root, source)))
    subjects = {each.subject for each in known.statements if not each.subject.startswith("setting.")}
    sure = len(subjects.difference(OF_FRAMEWORK)) >= SURE
    return tuple(each for each in known.statements if sure or each.subject not in OF_FRAMEWORK)


def _program(source: Source) -> Iterator[Told]:
    """Dictionaries and calls of a program; of its assignments only degrees, the rest is more often an example."""
    if "recipe" in source.text:
        from stratc.frontends.launch import nemo

        if recipe := nemo.reading(source):
            yield Told(recipe.statements)
            return
    found = mappings(source.text)
    if found is None:
        yield Told(tuple(_degrees(general.statements(general.lines(source.text, source.name)))))
        return
    for each in found:
        if each.assigned:
            yield Told(tuple(_degrees(general.statements(documents.leaves(each.root, source)))))
        elif each.called in _OF_VLLM and "vllm" in source.text:
            yield Told(tuple(_engine(each.root, source)))
        else:
            yield Told(_mapping(each.root, source))
    yield Told(tuple(general.statements(general.flags(source.text, source.name))))


def _engine(root: Node, source: Source) -> Iterator[Statement]:
    """The arguments that vLLM is called with."""
    from stratc.frontends.launch import serving

    settings = of(documents.leaves(root, source))
    yield from serving.arguments("vllm", settings)
    yield from (
        Statement(f"setting.{name}", each.value, each.span, each.context) for name, each in settings.each.items()
    )


def _degrees(statements: Iterable[Statement]) -> Iterator[Statement]:
    """Statements of degrees, and the settings that stand where these do."""
    given = tuple(statements)
    places = {each.span for each in given if each.subject in DEGREES}
    yield from (each for each in given if each.span in places)


DEGREES = frozenset(f"strategy.{name}" for name in ("tp", "pp", "dp", "ep", "cp"))
_READERS: dict[str, Callable[[Source], Iterator[Told]]] = {
    "shell": _shell,
    "json": _json,
    "yaml": _yaml,
    "toml": _toml,
    "program": _program,
}


def _placed(statement: Statement, text: Traced) -> Statement:
    return replace(statement, span=_place(statement.span, text), context=_place(statement.context, text))


def _moved(slip: Diagnostic, text: Traced) -> Diagnostic:
    return replace(slip, primary=replace(slip.primary, span=_place(slip.primary.span, text)))


def _place(span: Span, text: Traced) -> Span:
    """Where a part of a fragment stands in the source around it."""
    if not text.at:
        return Span(span.source, 0, 0)
    start = text.at[min(span.start, len(text.at) - 1)]
    return Span(span.source, start, text.at[span.end - 1] + 1 if span.end > span.start else start)
