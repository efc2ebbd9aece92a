"""What was understood of a text, laid open for a person to check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stratc.ir.claim import is_part
from stratc.ir.origin import Assumed, Derived, Given, Known
from stratc.ir.plan import KEYS
from stratc.ir.scope import Role
from stratc.ir.statement import FLOORS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from stratc.arith.unit import Unit
    from stratc.ir.plan import Plan
    from stratc.ir.statement import Statement
    from stratc.text.source import Source
    from stratc.text.span import Span


@dataclass(frozen=True, slots=True)
class Entry:
    """A value at one place; `origin` is stated, given, assumed or derived, `because` the reason where there is one."""

    key: str
    value: Any
    unit: Unit | None
    span: Span | None
    role: Role = Role.PLAN
    origin: str = "stated"
    because: str = ""
    strategy: str = ""
    setting: str = ""  # the name of the setting that gives the value, where one does


@dataclass(frozen=True, slots=True)
class Count:
    """One convention by which the degrees can be counted, the devices it needs, and whether the stated count agrees."""

    convention: str
    devices: int
    working: str
    fits: bool


@dataclass(frozen=True, slots=True)
class Inspection:
    """Every place that states a fact, in the order of the text; then what was filled in; then what was left."""

    sources: tuple[Source, ...]
    entries: tuple[Entry, ...]
    unread: tuple[tuple[Span, str], ...]
    plan: Plan
    quantities: int
    counts: tuple[Count, ...] = ()


SUBJECTS = frozenset((*KEYS, "strategy.stage", "strategy.expert_placement"))


def entries(statements: Iterable[Statement], plan: Plan, units: Mapping[str, Unit | None]) -> tuple[Entry, ...]:
    """Every place that states a fact, then the facts of the plan that no place states; `units` by key.

    A figure for a part of what is counted ("8 sequences per replica") is a claim, and one that may be of some ("4
    micro-batches in flight") gives no value.
    """
    said = tuple(each for each in statements if not is_part(each) and each.relation not in FLOORS)
    set_ = {each.span: each.subject.removeprefix("setting.") for each in said if each.subject.startswith("setting.")}
    stated = (_stated(each, units, set_.get(each.span, "")) for each in said if each.subject in SUBJECTS)
    return (*stated, *_filled_in(plan, units))


def _stated(said: Statement, units: Mapping[str, Unit | None], setting: str) -> Entry:
    scope, unit = said.scope, units.get(said.subject)
    return Entry(said.subject, said.value, unit, said.span, scope.role, strategy=scope.strategy, setting=setting)


def _filled_in(plan: Plan, units: Mapping[str, Unit | None]) -> Iterator[Entry]:
    for key, fact in plan.facts():
        if not fact.is_stated:
            place = next(iter(fact.spans()), None)
            yield Entry(key, fact.value, units.get(key), place, origin=fact.origin.kind, because=_reason(fact))


def _reason(fact: Known[Any]) -> str:
    match fact.origin:
        case Assumed(reason) | Given(reason) | Derived(reason):
            return reason
        case _:
            return ""
