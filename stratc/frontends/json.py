"""The frontend of JSON plans: the keys of facts, nested, as `stratc compile --target json` writes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from stratc.codec.plan import quantity_of, term_of
from stratc.codec.positions import Fault, Node, Path, parse
from stratc.codec.validate import Violation, violations
from stratc.codec.values import devices_of
from stratc.diagnostics.diagnostic import Diagnostic
from stratc.diagnostics.fix import Applicability, Edit, Fix
from stratc.frontends.frontend import Load, Reading, Unread
from stratc.frontends.strat.faults import UNKNOWN_NAME, UNUSABLE, fault
from stratc.ir.plan import KEYS, RECORDS
from stratc.ir.scope import HERE, Role, Scope
from stratc.ir.statement import Goal, Per, Relation, Statement
from stratc.ir.values import ExpertSpan, Extent, StageSpan, Value
from stratc.syntax.faults import SYNTAX
from stratc.text.source import Source
from stratc.text.span import Span
from stratc.text.suggest import likeness, nearest

EXTENTS = ("sequence_length", "prompt_length", "output_length")
SLIP = 0.75  # keys as alike as this are one with a slip
LISTS = {"stage": "strategy.stage", "expert_placement": "strategy.expert_placement"}


@dataclass(frozen=True, slots=True)
class JsonFrontend:
    """Reads JSON plans; a key whose value is null is not said."""

    suffixes: tuple[str, ...] = (".json",)

    def read(self, source: Source, load: Load) -> Reading:  # noqa: ARG002  # a JSON plan names no files
        """What the document says; parts that the schema does not allow are reported and left out."""
        node = parse(source.text)
        if isinstance(node, Fault):
            from stratc.frontends.launch.documents import template  # only what is no JSON pays for it

            if (filled := template(source)) is not None:
                return filled
            place = Span(source.name, node.start, max(node.end, node.start))
            return Reading((source,), diagnostics=(fault(SYNTAX, node.message, place),))
        if not isinstance(node.value, dict) or not node.value.keys() & RECORDS.keys():
            from stratc.frontends.launch.documents import opens, reading  # only what is no plan pays for it

            if opens(node) and (configured := reading(node, source)):
                return configured
        wrong = violations(_without_null(node.plain))
        if _is_stranger(node, wrong):
            message = f"no plan, whose parts are {', '.join(RECORDS)}, and no configuration that is known here"
            return Reading((source,), diagnostics=(fault(UNUSABLE, message, Span(source.name, node.start, node.end)),))
        speaker = _Speaker(source, node, frozenset(each.path for each in wrong if not each.key))
        figures = list(_figures(node))
        unread = tuple(Unread(speaker.span(each), str(each.value)) for each in figures if speaker.is_wrong(each))
        return Reading(
            sources=(source,),
            statements=tuple(speaker.document()),
            diagnostics=tuple(_diagnostic(each, node, source) for each in wrong),
            unread=unread,
            quantities=len(figures),
        )


FRONTEND = JsonFrontend()


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Turns the nodes of one document into statements, passing over places that the schema does not allow."""

    source: Source
    root: Node
    wrong: frozenset[Path]

    def span(self, node: Node) -> Span:
        """Where a value stands."""
        return Span(self.source.name, node.start, node.end)

    def is_wrong(self, node: Node) -> bool:
        """Whether a value stands inside a place that cannot be used."""
        bad = (self.root.at(path) for path in self.wrong)
        return any(each.start <= node.start and node.end <= each.end for each in bad)

    def document(self) -> Iterator[Statement]:
        """What the whole document says."""
        if isinstance(self.root.value, dict):
            for name, part in self.root.value.items():
                yield from self._part(name, part)

    def _part(self, name: str, part: Node) -> Iterator[Statement]:
        match name:
            case "further" | "rejected" if isinstance(part.value, list):
                role = Role.PLAN if name == "further" else Role.ALTERNATIVE
                for index, each in enumerate(part.value):
                    yield from self._record("strategy", (name, index), each, self._scope(each, role, f"{name} {index}"))
            case "claims" if isinstance(part.value, list):
                for index, each in enumerate(part.value):
                    if self._is_sound((name, index), each):
                        yield self._claim(each)
            case _ if name in RECORDS:
                main = "main" if self.root.value.get("further") else ""
                scope = self._scope(part, Role.PLAN, main) if name == "strategy" else HERE
                yield from self._record(name, (name,), part, scope)

    def _scope(self, strategy: Node, role: Role, otherwise: str) -> Scope:
        named = strategy.value.get("name") if isinstance(strategy.value, dict) else None
        name = named.value if named and isinstance(named.value, str) and named.value else otherwise
        return Scope(role, (name,) if name else (), (), name)

    def _record(self, record: str, path: Path, part: Node, scope: Scope) -> Iterator[Statement]:
        if not isinstance(part.value, dict):
            return
        for name, node in part.value.items():
            if node.value is None or (record == "strategy" and name == "name"):
                continue
            if name in LISTS and record == "strategy":
                for index, each in enumerate(node.value if isinstance(node.value, list) else ()):
                    if self._is_sound((*path, name, index), each):
                        yield self._said(LISTS[name], _placed(name, each.plain), each, part, scope)
            elif f"{record}.{name}" in KEYS and (*path, name) not in self.wrong:
                yield self._said(f"{record}.{name}", _value(name, node.plain), node, part, scope)

    def _said(self, subject: str, value: Value, node: Node, part: Node, scope: Scope) -> Statement:
        return Statement(subject, value, self.span(node), self.span(part), scope)

    def _claim(self, node: Node) -> Statement:
        told: dict[str, Any] = _without_null(node.plain)
        quantity = quantity_of(told)
        goal = told.get("goal")
        return Statement(
            subject=told["metric"],
            value=Extent(quantity.low, quantity.high) if quantity.is_range else quantity.value,
            span=self.span(node.value["value"]),
            context=self.span(node),
            relation=Relation(told.get("relation", "==")),
            quantity=quantity,
            working=term_of(told["working"]) if "working" in told else None,
            per=Per(told.get("per", "")),
            cause=told.get("cause", ""),
            index=told.get("index"),
            goal=_goal(goal, self.span(node.value["goal"])) if goal else None,
        )

    def _is_sound(self, path: Path, node: Node) -> bool:
        """Whether an item of a list is an object in which everything is allowed."""
        return isinstance(node.value, dict) and not any(bad[: len(path)] == path for bad in self.wrong)


def _goal(told: dict[str, Any], span: Span) -> Goal:
    return Goal(Relation(told.get("relation", "==")), quantity_of(told), span, told.get("ticked", False))


def _value(name: str, plain: Any) -> Value:
    if name in EXTENTS:
        return Extent(plain["min"], plain["max"]) if isinstance(plain, dict) else Extent(plain, plain)
    found: Value = plain
    return found


def _placed(name: str, told: dict[str, Any]) -> StageSpan | ExpertSpan:
    known = _without_null(told)
    devices = devices_of(known["devices"]) if "devices" in known else None
    if name == "expert_placement":
        first, last = known["experts"]
        return ExpertSpan((first, last), devices, known.get("stage"))
    layers = (known["layers"][0], known["layers"][1]) if "layers" in known else None
    degrees = {key: known.get(key) for key in ("tp", "ep", "dp")}
    return replace(StageSpan(known["index"], layers, devices, holds=known.get("holds", "")), **degrees)


def _without_null(plain: Any) -> Any:
    match plain:
        case dict():
            return {key: _without_null(each) for key, each in plain.items() if each is not None}
        case list():
            return [_without_null(each) for each in plain]
        case _:
            return plain


def _figures(node: Node) -> Iterator[Node]:
    match node.value:
        case dict() | list():
            for each in node.value.values() if isinstance(node.value, dict) else node.value:
                yield from _figures(each)
        case bool():
            return
        case int() | float():
            yield node


def _is_stranger(node: Node, wrong: Sequence[Violation]) -> bool:
    """Whether none of several keys of a document is one of a plan, or like one."""
    unknown = [each for each in wrong if each.key and not each.path and not _is_slip(each.key, each.known)]
    return isinstance(node.value, dict) and len(unknown) == len(node.value) > 1


def _is_slip(key: str, known: Sequence[str]) -> bool:
    return any(likeness(key, each) >= SLIP for each in nearest(key, known, 1))


def _diagnostic(wrong: Violation, root: Node, source: Source) -> Diagnostic:
    node = root.at(wrong.path)
    if not wrong.key:
        close = nearest(str(node.value), wrong.known)
        return fault(UNUSABLE, wrong.message, Span(source.name, node.start, node.end), advice=_meant(close))
    start, end = next((start, end) for key, start, end in node.keys if key == wrong.key)
    close = nearest(wrong.key, wrong.known)
    edits = tuple(Edit(Span(source.name, start, end), f'"{each}"') for each in close[:1])
    fix = Fix(f"write `{close[0]}`", edits, Applicability.UNSAFE) if close else None
    return fault(UNKNOWN_NAME, wrong.message, Span(source.name, start, end), "not known", _meant(close), fix)


def _meant(names: tuple[str, ...]) -> str:
    return f"did you mean {' or '.join(f'`{each}`' for each in names)}?" if names else ""
