"""The mappings of a fragment: configurations of frameworks, and keys that commonly mean something."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from stratc.codec.positions import Fault, Node
from stratc.codec.positions import parse as parse_json
from stratc.frontends.frontend import no_files
from stratc.frontends.launch import documents, general
from stratc.frontends.launch.fragment import Told
from stratc.frontends.launch.program import mappings
from stratc.frontends.launch.settings import of
from stratc.ir.statement import Statement
from stratc.ir.strategy import DEGREES
from stratc.text.source import Source

SURE = 3  # so many things a mapping says before it is taken for the configuration of a framework
OF_FRAMEWORK = ("strategy.framework", "workload.phase")
_BESIDE = (
    "strategy.device_count",
    "strategy.layers_per_stage",
    "strategy.experts_per_device",
    "strategy.schedule",
    "model.top_k",
    "workload.micro_batch_size",
)
_WHOLE = frozenset(("model", "workload", "strategy"))  # what the assignments of a whole configuration speak of
_OF_VLLM = ("LLM", "EngineArgs", "AsyncEngineArgs")
_COMMENT = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|(//[^\n]*|/\*[\s\S]*?\*/|,(?=\s*[}\]]))")


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
    """Statements of degrees, of what is chosen beside them, and the settings that stand where these do.

    A program that also gives the shape of the model and the batch is the configuration, and all of it counts.
    """
    given = tuple(statements)
    places = {each.span for each in given if each.subject in DEGREES}
    if places and {each.subject.partition(".")[0] for each in given} >= _WHOLE:
        yield from given
        return
    places |= {each.span for each in given if each.subject in _BESIDE} if places else set()
    yield from (each for each in given if each.span in places)


READERS: dict[str, Callable[[Source], Iterator[Told]]] = {
    "json": _json,
    "yaml": _yaml,
    "toml": _toml,
    "program": _program,
}
