"""Plan → tree of the strategy language: what was stated, claimed and named, not what follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from stratc.analysis.words import WORDS
from stratc.arith.unit import ONE, UNITS
from stratc.backends.backend import Where
from stratc.backends.strat.figures import NOWHERE, number, quantity, words, working
from stratc.ir.claim import Claim
from stratc.ir.mention import Mention
from stratc.ir.origin import Assumed, Derived, Given, Known, Stated
from stratc.ir.plan import KEYS, Conflict, Plan
from stratc.ir.scope import Role, Scope
from stratc.ir.statement import Per
from stratc.ir.strategy import Strategy
from stratc.ir.values import ExpertSpan, Extent, StageSpan
from stratc.syntax import tree
from stratc.syntax.tree import Block, Comment, Figure, File, Item, Layout, Listing, Range, Setting, Text, Value, Word

STAGE = "strategy.stage"
FREE_TEXT = ("model.name", "hardware.accelerator", "hardware.interconnect", "strategy.framework")
_BLOCKS = {"model": "model", "hardware": "hardware", "workload": "workload", "target": "targets"}
_ROLE_WORDS = {Role.EARLIER: "baseline", Role.ALTERNATIVE: "rejected", Role.EXAMPLE: "example"}
DERIVED = ("strategy.dp", "model.ffn_hidden_size")  # what a framework derives by a law of its own
_OUTSIDE = (Role.PLAN, Role.TARGET)


def lower(plan: Plan, where: Where) -> File:
    """The whole plan: blocks of facts, strategies, claims, in this order."""
    items = [*_records(plan, where), *_strategies(plan, where)]
    top = [*_claims_of(plan, Role.PLAN, "", where)]
    spaced = [_with_gap(item) for item in items]
    return File((*spaced[:1], *spaced[1:], *(_with_gap(each) if not n else each for n, each in enumerate(top))))


def _with_gap(item: Item) -> Item:
    from dataclasses import replace

    return replace(item, layout=replace(item.layout, gap=True))


def _records(plan: Plan, where: Where) -> Iterator[Block]:
    for record, kind in _BLOCKS.items():
        keys = [key for key in KEYS if key.startswith(f"{record}.")]
        items: list[Item] = [each for key in keys for each in _settings(key, plan.fact(key), plan.conflicts, where)]
        items += [each for key in keys for each in _left_to_framework(key, plan.fact(key), plan)]
        if kind == "targets":
            items += _mentions(each for each in plan.mentions if each.scope.role is Role.TARGET)
        if items:
            yield _block(kind, (), items)


def _settings(key: str, fact: object, conflicts: Iterable[Conflict], where: Where) -> Iterator[Setting]:
    """A fact that is stated, then the other values that the document states."""
    if not isinstance(fact, Known) or not _is_stated(fact):
        return
    yield _setting(key, fact, where)
    for conflict in conflicts:
        if conflict.key == key and conflict.believed == fact:
            yield from (_setting(key, other, where) for other in conflict.others if _is_stated(other))


def _left_to_framework(key: str, fact: object, plan: Plan) -> Iterator[Setting]:
    """A fact that a launch leaves to its framework, and that another framework would set otherwise."""
    if not plan.settings or not isinstance(fact, Known):
        return
    match fact.origin:
        case Assumed(because) if because.endswith("default"):
            yield Setting(
                Word(key.partition(".")[2], NOWHERE), "==", value_of(key, fact.value), NOWHERE, layout=_origin(because)
            )
        case Derived(by) if key in DERIVED:
            yield Setting(
                Word(key.partition(".")[2], NOWHERE), "==", value_of(key, fact.value), NOWHERE, layout=_origin(by)
            )


def _is_stated(fact: Known[Any]) -> bool:
    """Whether somebody said so: the document, or a flag; what a catalogue gives is found there again."""
    return isinstance(fact.origin, Stated) or (isinstance(fact.origin, Given) and not fact.origin.places)


def _setting(key: str, fact: Known[Any], where: Where) -> Setting:
    name = key.partition(".")[2]
    return Setting(Word(name, NOWHERE), "==", value_of(key, fact.value), NOWHERE, layout=_origin(where(fact)))


def _origin(place: str) -> Layout:
    return Layout(beside=Comment(f"# {place}", NOWHERE)) if place else Layout()


def value_of(key: str, value: object) -> Value:
    """The value of a fact."""
    unit = WORDS[key][1] or ONE
    match value:
        case bool():
            return Word("true" if value else "false", NOWHERE)
        case str():
            return Text(value, NOWHERE) if key in FREE_TEXT else words(value)
        case Extent(low, high):
            ends = number(low), number(high)
            return Range(*ends, NOWHERE) if low != high else ends[0]
        case int() | float() if key == "model.parameters":
            return number(value, UNITS["B"] if value >= 1e9 else UNITS["M"] if value >= 1e6 else ONE)
        case int() | float():
            return number(value, unit)
        case _:
            return Text(str(value), NOWHERE)


def _strategies(plan: Plan, where: Where) -> Iterator[Block]:
    proposed = (plan.strategy, *plan.further)
    for each in (*proposed, *_parts(plan, {each.name for each in proposed})):
        items = [*_strategy_items(each, plan.conflicts, where)]
        for key in (key for key in KEYS if key.startswith("strategy.")):
            items += _left_to_framework(key, getattr(each, key.partition(".")[2]), plan)
        if each.name:
            items += [*_claims_of(plan, Role.PLAN, each.name, where)]
        if items:
            yield _block("strategy", (words(each.name),) if each.name else (), items)
    for (role, name), each in _others(plan).items():
        items = [*_strategy_items(each, (), where), *_claims_of(plan, role, name, where)]
        labels = (Word("strategy", NOWHERE), *((words(name),) if name else ()))
        yield _block(_ROLE_WORDS[role], labels, items)


def _parts(plan: Plan, proposed: set[str]) -> tuple[Strategy, ...]:
    """Parts of the plan that claims speak of and that have no degrees of their own."""
    scopes = [*(each.scope for each in plan.claims), *(each.scope for each in plan.mentions)]
    names = dict.fromkeys(scope.strategy for scope in scopes if scope.role in _OUTSIDE)
    return tuple(Strategy(name=name) for name in names if name and name not in proposed)


def _others(plan: Plan) -> dict[tuple[Role, str], Strategy]:
    """Strategies that the plan only compares with, and those that it only claims something of."""
    scopes = [*(each.scope for each in plan.claims), *(each.scope for each in plan.mentions)]
    told = {(scope.role, _name(scope)): Strategy(name=_name(scope)) for scope in scopes if scope.role not in _OUTSIDE}
    for each in plan.rejected:
        roles = [role for role, name in told if name == each.name]
        told[roles[0] if roles else Role.ALTERNATIVE, each.name] = each
    return told


def _name(scope: Scope) -> str:
    return scope.strategy or (scope.path[-1] if scope.path else "")


def _strategy_items(strategy: Strategy, conflicts: tuple[Conflict, ...], where: Where) -> Iterator[Item]:
    for key in KEYS:
        if key.startswith("strategy."):
            yield from _settings(key, getattr(strategy, key.partition(".")[2]), conflicts, where)
    yield from (_stage(each.value, where(each)) for each in strategy.stages)
    for conflict in conflicts:
        if conflict.key == STAGE and any(conflict.believed.value.index == each.value.index for each in strategy.stages):
            yield from (_stage(each.value, where(each)) for each in conflict.others)
    yield from (_experts(each.value, where(each)) for each in strategy.expert_spans)


def _stage(stage: StageSpan, place: str) -> Block:
    fields: list[Item] = []
    if stage.layers:
        fields.append(_field("layers", _bounds(*stage.layers)))
    if stage.devices is not None:
        fields.append(_field("devices", _devices(stage.devices)))
    fields += [_field(name, number(n)) for name in ("tp", "ep", "dp") if (n := getattr(stage, name)) is not None]
    if stage.holds:
        fields.append(_field("holds", Text(stage.holds, NOWHERE)))
    return _block("stage", (number(stage.index),), fields, place, flat=True)


def _experts(group: ExpertSpan, place: str) -> Block:
    fields: list[Item] = []
    if group.devices is not None:
        fields.append(_field("devices", _devices(group.devices)))
    if group.stage is not None:
        fields.append(_field("stage", number(group.stage)))
    return _block("experts", (_bounds(*group.experts),), fields, place, flat=True)


def _field(name: str, value: Value) -> Setting:
    return Setting(Word(name, NOWHERE), "==", value, NOWHERE)


def _bounds(first: int, last: int) -> Value:
    return Range(number(first), number(last), NOWHERE) if first != last else number(first)


def _devices(devices: tuple[int, ...]) -> Value:
    """Runs of devices as ranges: 0..3, or [0, 4..7]."""
    runs: list[list[int]] = []
    for device in devices:
        if runs and device == runs[-1][1] + 1:
            runs[-1][1] = device
        else:
            runs.append([device, device])
    values = tuple(_bounds(first, last) for first, last in runs)
    return values[0] if len(values) == 1 and isinstance(values[0], Range) else Listing(values, NOWHERE)


def _block(kind: str, labels: tuple[Value, ...], items: Iterable[Item], place: str = "", flat: bool = False) -> Block:
    layout = Layout(beside=_origin(place).beside, flat=flat)
    return Block(Word(kind, NOWHERE), labels, tuple(items), NOWHERE, layout=layout)


def _claims_of(plan: Plan, role: Role, name: str, where: Where) -> Iterator[Item]:
    """Claims and mentions that belong into the block of a strategy."""
    roles = _OUTSIDE if role is Role.PLAN else (role,)
    yield from (_claim(each, where) for each in plan.claims if each.scope.role in roles and _of(each.scope, name))
    yield from _mentions(each for each in plan.mentions if each.scope.role is role and _of(each.scope, name))


def _of(scope: Scope, name: str) -> bool:
    return (scope.strategy if scope.role in _OUTSIDE else _name(scope)) == name


def _claim(claim: Claim, where: Where) -> tree.Claim:
    goal = claim.goal
    return tree.Claim(
        metric=Word(claim.metric, NOWHERE),
        relation=claim.relation.value,
        value=quantity(claim.quantity),
        span=NOWHERE,
        required=claim.scope.role is Role.TARGET,
        per=_per(claim),
        on=_on(claim),
        working=working(claim.working) if claim.working else None,
        against=Figure(str(claim.baseline), (), "", NOWHERE) if claim.baseline is not None else None,
        because=words(claim.cause) if claim.cause else None,
        goal=tree.Goal(goal.relation.value, quantity(goal.quantity), goal.ticked, NOWHERE) if goal else None,
        layout=_origin(where(claim)),
    )


def _per(claim: Claim) -> Word | None:
    if claim.per is Per.UNSAID or claim.index is not None:
        return None
    return Word(claim.per.value, NOWHERE)


def _on(claim: Claim) -> tuple[Word | None, Figure] | None:
    if claim.index is None:
        return None
    what = Word(claim.per.value, NOWHERE) if claim.per is not Per.UNSAID else None
    return what, Figure(str(claim.index), (), "", NOWHERE)


def _mentions(mentions: Iterable[Mention]) -> tuple[tree.Mention, ...]:
    """Each concept once a cause, in the order of the text."""
    return tuple(dict.fromkeys(_mention(each) for each in mentions))


def _mention(mention: Mention) -> tree.Mention:
    because = words(mention.cause) if mention.cause else None
    return tree.Mention((Word(mention.concept, NOWHERE),), NOWHERE, because)
