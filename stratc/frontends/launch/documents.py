"""Configuration files of the frameworks: which one a document is, and what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stratc.codec.positions import Fault, Node
from stratc.diagnostics.diagnostic import Category, Certainty, Diagnostic, Label, RuleId, Severity
from stratc.frontends.frontend import Load, Reading, Unread
from stratc.frontends.launch import tables
from stratc.frontends.launch.document import Document
from stratc.frontends.launch.document import leaves as leaves
from stratc.frontends.launch.kinds import DEEPSPEED, KINDS, MEGATRON, NEOX, Kind
from stratc.frontends.launch.kinds import MARKED as MARKED
from stratc.frontends.launch.settings import Setting, unread
from stratc.ir.statement import Statement
from stratc.text.source import Source
from stratc.text.span import Span

SYNTAX = RuleId("IN101", "syntax-error")
VARIABLES = "ENV_VARS."  # where NVIDIA's lists of arguments keep variables of the environment
_NAMES = re.compile(r'"(?:[^"\\\n]|\\.)*"|\b([A-Z][A-Z0-9_]{2,})\b')
_GAP = re.compile(r"\{\{-? ?[^{}\n]{1,200}\}\}")  # of Helm and Jinja
TWICE = RuleId("IN105", "unusable-value")


@dataclass(frozen=True, slots=True)
class DocumentFrontend:
    """Reads configurations in one notation."""

    suffixes: tuple[str, ...]

    def read(self, source: Source, load: Load) -> Reading:
        """What the document says; one of an unknown kind says nothing."""
        if self.suffixes[0] == ".toml":
            from stratc.frontends.launch.toml import parse

            node = parse(source.text)
            found = node if isinstance(node, Fault) else [node]
        else:
            from stratc.frontends.launch.yaml import documents

            found = documents(source.text)
        if isinstance(found, Fault):
            return _unreadable(found, source)
        told = started(found, source, load) or reading(found[0], source)
        if told is None and self.suffixes[0] != ".toml":
            from stratc.frontends.launch import carried

            told = carried.reading(found[0], source, load)
        return told or Reading((source,))


def started(found: list[Node], source: Source, load: Load) -> Reading | None:
    """The reading of documents whose texts start something; None of others."""
    from stratc.frontends.launch import manifests, recipes

    if pods := [each for each in found if manifests.is_manifest(each)]:
        return manifests.reading(pods, source, load)
    return recipes.reading(found[0], source, load) if recipes.is_recipe(found[0]) else None


def _unreadable(node: Fault, source: Source) -> Reading:
    """A fault of the notation; a template, which is right until it is filled in, is said to be one."""
    gap = _GAP.search(source.text)
    start, end = gap.span() if gap else (node.start, max(node.end, node.start))
    label = Label(Span(source.name, min(start, len(source.text)), min(end, len(source.text))), "here")
    message = "a template, which can be read once its values are filled in" if gap else node.message
    severity = Severity.INFO if gap else Severity.ERROR
    found = Diagnostic(SYNTAX, Category.INPUT, severity, Certainty.DEFINITE, message, label, (), None, "", None)
    return Reading((source,), diagnostics=(found,))


YAML = DocumentFrontend((".yaml", ".yml"))
TOML = DocumentFrontend((".toml",))


def reading(root: Node, source: Source, kinds: Sequence[Kind] | None = None) -> Reading | None:
    """What a configuration says; None when it is of none of these kinds, all unless given."""
    document = Document(root, source, {each.name: each for each in leaves(root, source)})
    for known, tell in KINDS if kinds is None else kinds:
        if known(document):
            said, settings = tell(document)
            written = (
                Statement(f"setting.{_called(each)}", "" if each.value is None else each.value, each.span, each.context)
                for each in document.leaves.values()
                if _is_written(each)
            )
            left = (*unread(settings, said), *_undecided(said))
            figures = {each.span for each in said} | {each.span for each in left}
            twice = tuple(_repeated(root, source)) if known is DEEPSPEED[0] else ()
            slips = tuple(_SLIPS[known](document)) if known in _SLIPS else ()
            bare = _bare(root, source) if known is DEEPSPEED[0] else ()
            return Reading(
                (source,), (*said, *written, *bare), unread=left, diagnostics=twice + slips, quantities=len(figures)
            )
    return None


def _megatron_slips(document: Document) -> Iterator[Diagnostic]:
    """Arguments that Megatron does not have, in a list of its arguments."""
    from stratc.frontends.launch.names import of_megatron

    given = {each.shown.rpartition(".")[2]: each.context for each in document.leaves.values() if _is_written(each)}
    return of_megatron({name: span for name, span in given.items() if name.startswith("--")})


def _neox_slips(document: Document) -> Iterator[Diagnostic]:
    """Keys at the top of a configuration that GPT-NeoX does not have."""
    from stratc.frontends.launch.names import of_neox

    return of_neox({key: Span(document.source.name, start, end) for key, start, end in document.root.keys})


_SLIPS = {MEGATRON[0]: _megatron_slips, NEOX[0]: _neox_slips}


def _repeated(node: Node, source: Source) -> Iterator[Diagnostic]:
    """Keys that an object has twice, which DeepSpeed refuses."""
    seen: set[str] = set()
    for key, start, end in node.keys:
        if key in seen:
            label = Label(Span(source.name, start, end), "again")
            message = f"`{key}` is given twice, which DeepSpeed refuses"
            yield Diagnostic(
                TWICE, Category.INPUT, Severity.ERROR, Certainty.DEFINITE, message, label, (), None, "keep one", None
            )
        seen.add(key)
    for each in node.value.values() if isinstance(node.value, dict) else ():
        yield from _repeated(each, source)


def _bare(node: Node, source: Source, path: str = "") -> Iterator[Statement]:
    """Blocks that hold nothing, which are refused like others where DeepSpeed has no such block."""
    children = node.value if isinstance(node.value, dict) else {}
    places = {key: Span(source.name, start, end) for key, start, end in node.keys}
    for key, each in children.items():
        if each.value == {} and key in places:
            yield Statement(f"setting.{path}{key}", "", places[key], places[key])
        else:
            yield from _bare(each, source, f"{path}{key}.")


def _undecided(said: tuple[Statement, ...]) -> Iterator[Unread]:
    """That a training job does not say how many devices it uses, where none of its settings does."""
    named = next((each for each in said if each.subject == "strategy.framework"), None)
    trains = any(each.value == "training" for each in said)
    if named and trains and not any(each.subject == "strategy.device_count" for each in said):
        yield Unread(named.span, "how many devices are used: not told here")


def _called(each: Setting) -> str:
    """The name of a setting for rules; variables of the environment as in a script."""
    return f"${each.shown.removeprefix(VARIABLES)}" if each.shown.startswith(VARIABLES) else each.shown


def _is_written(each: Setting) -> bool:
    """Whether a setting holds; a switch that is off is as good as not written."""
    return not (each.shown.startswith("--") and each.value is False)


def template(source: Source) -> Reading | None:
    """What a configuration in JSON says in which names in capitals still stand for values; None of another text."""
    from stratc.codec.positions import parse

    text = _NAMES.sub(lambda each: each[0] if each[1] is None else f'"{"$" * (len(each[0]) - 2)}"', source.text)
    node = parse(text) if text != source.text else None
    return reading(node, source) if isinstance(node, Node) and opens(node) else None


def opens(root: Node) -> bool:
    """Whether a JSON object is no plan but a configuration of a framework."""
    if not isinstance(root.value, dict):
        return False
    names = {name.replace("-", "_") for name in root.value}
    return bool(names & tables.OPENING)
