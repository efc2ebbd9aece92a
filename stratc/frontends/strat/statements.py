"""The items of a file as statements, block by block; what cannot be used becomes a diagnostic, and reading goes on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from stratc.diagnostics.diagnostic import Diagnostic
from stratc.frontends.strat.claims import claim, mentions
from stratc.frontends.strat.faults import UNKNOWN_NAME, Unusable, fault, turned, unknown, unusable
from stratc.frontends.strat.figures import Evaluator
from stratc.frontends.strat.names import (
    EXPERT_FIELDS,
    RECORD_OF,
    ROLES,
    STAGE_FIELDS,
    home_of,
    key_named,
    keys_of,
)
from stratc.frontends.strat.values import bounds, numbers, settle, whole, word
from stratc.ir.scope import HERE, Role, Scope, Topic
from stratc.ir.statement import Per, Relation, Statement
from stratc.ir.values import ExpertSpan, StageSpan
from stratc.syntax.print import show_item, show_value
from stratc.syntax.tree import (
    TOP_BLOCKS,
    Block,
    Claim,
    Constant,
    Inclusion,
    Item,
    Mention,
    Setting,
    Text,
    Value,
    Word,
)

_TOPICS = {
    "hardware": (Topic.HARDWARE,),
    "model": (Topic.MODEL,),
    "workload": (Topic.WORKLOAD,),
    "strategy": (Topic.STRATEGY,),
    "targets": (),
}


class Speaker:
    """Collects what the items of one file say; `found` are the faults met on the way."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.found: list[Diagnostic] = []
        self.failed: list[Item] = []

    def top(self, item: Item) -> Iterator[Statement]:
        """What an item at the top of the file says."""
        match item:
            case Block():
                yield from self.guarded(item, self._block(item))
            case Setting():
                self._stray_setting(item)
            case _:
                yield from self.plain(item, HERE)

    def guarded(self, item: Item, statements: Iterator[Statement]) -> Iterator[Statement]:
        """The statements up to the first that cannot be used."""
        try:
            yield from statements
        except Unusable as error:
            self.found.append(error.found)
            self.failed.append(item)

    def plain(self, item: Item, scope: Scope) -> Iterator[Statement]:
        """Claims and mentions, which may stand anywhere."""
        match item:
            case Claim():
                yield from self.guarded(item, (claim(each, scope, self.evaluator) for each in (item,)))
            case Mention():
                yield from self.guarded(item, mentions(item, scope))
            case Constant() | Inclusion():
                message = f"`{show_item(item).split()[0]}` stands at the top of a file, outside all blocks"
                self.found.append(unusable(message, item.span).found)

    def _stray_setting(self, item: Setting) -> None:
        home = home_of(item.key.name)
        advice = f"write it in `{home} {{ … }}`" if home else ""
        message = f"`{item.key.name}` stands outside all blocks"
        self.found.append(fault(UNKNOWN_NAME, message, item.key.span, "in no block", advice))
        self.failed.append(item)

    def _block(self, block: Block) -> Iterator[Statement]:
        kind = block.kind.name
        if kind == "accelerator" and len(block.labels) == 1:
            value = block.labels[0]
            entry = Setting(block.kind, "==", value, block.span, fields=block.items)
            yield from self.settings("hardware", (entry,), _scope("hardware", kind))
            return
        if kind in ROLES or kind == "strategy":
            scope = self._strategy_scope(block, _scope("strategy", show_item(block)))
            yield from self.settings("strategy", block.items or (), scope)
            return
        if kind not in RECORD_OF:
            raise unknown("block", block.kind, tuple(RECORD_OF))
        scope = _scope(kind, show_item(block))
        yield from self._labels(block, scope)
        yield from self.settings(kind, block.items or (), scope)

    def _labels(self, block: Block, scope: Scope) -> Iterator[Statement]:
        """What stands between the kind of a block and its brace: a name, an accelerator, a phase."""
        names = {"model": "name", "hardware": "accelerator", "workload": "phase"}
        kind = block.kind.name
        if not block.labels:
            return
        key = key_named(kind, names.get(kind, ""))
        if key is None or len(block.labels) > 1:
            raise unusable(f"`{kind}` takes no {show_value(block.labels[-1])} before its `{{`", block.labels[-1].span)
        value = block.labels[0]
        said = word(key, value, self.evaluator)
        yield Statement(key.subject, said, value.span, block.kind.span | value.span, scope)

    def _strategy_scope(self, block: Block, scope: Scope) -> Scope:
        labels = block.labels
        if block.kind.name in ROLES:
            if not labels or labels[0] != Word("strategy", block.kind.span):
                raise unusable(f"`{block.kind.name}` stands before `strategy`", block.kind.span)
            scope, labels = replace(scope, role=ROLES[block.kind.name]), labels[1:]
        match labels:
            case ():
                return scope
            case [Word(name) | Text(name)]:
                return replace(scope, strategy=name, path=(name,))
            case [Word(role), *_] if role in ROLES:
                raise turned(block.kind.span | labels[0].span, f"{role} strategy")
            case _:
                known = ", ".join(f"`{each}`" for each in ROLES)
                raise unusable("a strategy has one name", labels[-1].span, f"before `strategy` may stand {known}")

    def settings(self, kind: str, items: tuple[Item, ...], scope: Scope) -> Iterator[Statement]:
        """What the items of a block say."""
        for item in items:
            match item:
                case Setting():
                    yield from self.guarded(item, self.setting(kind, item, scope))
                case Block():
                    yield from self.guarded(item, self._inner(kind, item, scope))
                case _:
                    yield from self.plain(item, scope)

    def setting(self, kind: str, item: Setting, scope: Scope) -> Iterator[Statement]:
        """What one setting says; a catalogue entry says its name and the fields that override it."""
        key = key_named(kind, item.key.name)
        if key is None:
            raise unknown("key", item.key, keys_of(kind), kind)
        relation = Relation(item.relation)
        if relation is not Relation.IS and kind != "targets":
            raise unusable(f"`{item.key.name}` is given with `=`, not `{item.relation}`", item.span)
        settled = settle(key, item.value, self.evaluator)
        context = item.key.span | item.value.span
        yield Statement(key.subject, settled.value, item.value.span, context, scope, relation, settled.quantity)
        if item.fields is not None:
            if key.subject != "hardware.accelerator":
                raise unusable(f"`{key.name}` takes no fields in braces; a catalogue entry does", context)
            yield from self.settings(kind, item.fields, scope)

    def _inner(self, kind: str, block: Block, scope: Scope) -> Iterator[Statement]:
        name = block.kind.name
        if kind == "hardware" and name == "accelerator" and len(block.labels) == 1:
            entry = Setting(block.kind, "==", block.labels[0], block.span, fields=block.items)
            yield from self.setting(kind, entry, scope)
        elif kind == "strategy" and name == "stage":
            yield from self._stage(block, scope)
        elif kind == "strategy" and name == "experts":
            yield self._experts(block, scope, None)
        elif name in TOP_BLOCKS:
            raise unusable(f"`{name}` stands at the top of a file, not in `{kind}`", block.kind.span)
        elif name in ("stage", "experts"):
            raise unusable(f"`{name}` stands in `strategy`, not in `{kind}`", block.kind.span)
        else:
            raise unknown("block", block.kind, ("stage", "experts") if kind == "strategy" else (), kind)

    def _stage(self, block: Block, scope: Scope) -> Iterator[Statement]:
        index = whole(_only_label(block), self.evaluator, "the number of a stage")
        fields = self._fields(block, STAGE_FIELDS)
        degrees = {
            name: whole(fields[name], self.evaluator, f"`{name}`") for name in ("tp", "ep", "dp") if name in fields
        }
        layers, devices, holds = fields.get("layers"), fields.get("devices"), fields.get("holds")
        stage = StageSpan(
            index=index,
            layers=bounds(layers, self.evaluator, "a layer") if layers else None,
            devices=numbers(devices, self.evaluator, "device") if devices else None,
            holds=_text(holds) if holds else "",
            **degrees,
        )
        head = block.kind.span | block.labels[0].span
        yield Statement("strategy.stage", stage, head, block.span, scope, index=index)
        for item in block.items or ():
            match item:
                case Block(kind=Word("experts")):
                    yield from self.guarded(item, (self._experts(each, scope, index) for each in (item,)))
                case Block():
                    self.found.append(unknown("block", item.kind, ("experts",), "stage").found)
                case Claim() | Mention():
                    yield from (_of_stage(each, index) for each in self.plain(item, scope))

    def _experts(self, block: Block, scope: Scope, stage: int | None) -> Statement:
        experts = bounds(_only_label(block), self.evaluator, "the number of an expert")
        fields = self._fields(block, EXPERT_FIELDS)
        devices = numbers(fields["devices"], self.evaluator, "device") if "devices" in fields else None
        if "stage" in fields:
            stage = whole(fields["stage"], self.evaluator, "the number of a stage")
        head = block.kind.span | block.labels[0].span
        return Statement("strategy.expert_placement", ExpertSpan(experts, devices, stage), head, block.span, scope)

    def _fields(self, block: Block, known: tuple[str, ...]) -> dict[str, Value]:
        """The settings of a placement by name; the last of several counts."""
        found = {}
        for item in block.items or ():
            if isinstance(item, Setting):
                if item.key.name not in known:
                    raise unknown("key", item.key, known, block.kind.name)
                found[item.key.name] = item.value
        return found


def _scope(kind: str, path: str) -> Scope:
    return Scope(Role.TARGET if kind == "targets" else Role.PLAN, (path,), _TOPICS[kind])


def _of_stage(said: Statement, index: int) -> Statement:
    """A claim inside a stage, of that stage unless it says otherwise."""
    per = Per.STAGE if said.per is Per.UNSAID else said.per
    return replace(said, per=per, index=index if said.index is None else said.index)


def _only_label(block: Block) -> Value:
    if len(block.labels) != 1:
        raise unusable(f"`{block.kind.name}` takes one number before its `{{`", block.kind.span)
    return block.labels[0]


def _text(value: Value) -> str:
    match value:
        case Word(text) | Text(text):
            return text
        case _:
            raise unusable(f"`holds` takes a text in quotes, not {show_value(value)}", value.span)
