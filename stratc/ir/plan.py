"""What is believed: a plan and the key of every fact in it."""

from __future__ import annotations

from dataclasses import field, fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from stratc.ir.hardware import Hardware
from stratc.ir.model import Model
from stratc.ir.origin import Known, Unknown
from stratc.ir.strategy import Strategy
from stratc.ir.targets import Targets
from stratc.ir.workload import Workload
from stratc.record import Record, dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stratc.ir.claim import Claim
    from stratc.ir.mention import Mention
    from stratc.ir.setting import Setting

RECORDS = {"hardware": Hardware, "model": Model, "workload": Workload, "strategy": Strategy, "target": Targets}
KEYS: tuple[str, ...] = tuple(
    f"{name}.{each.name}"
    for name, record in RECORDS.items()
    for each in fields(record)
    if isinstance(each.default, Unknown)
)
FACTS = frozenset(KEYS)  # to ask whether a subject is a fact
_FACTS = {key: attrgetter(key) for key in KEYS}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Conflict(Record):
    """One key with several values in the same scope; `believed` is the one that was chosen, `because` why."""

    key: str
    believed: Known[Any]
    others: tuple[Known[Any], ...]
    because: str = field(default="", compare=False)
    in_passing: frozenset[Any] = field(default=frozenset(), compare=False)  # values that only titles and prose give


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Plan(Record):
    """Everything believed of one document, and everything it claims.

    `strategy` is the one that the document proposes; `further` holds the others that it also proposes (decode beside
    prefill), `rejected` those it only compares with (earlier plans, alternatives).  `settings` are those of a launch
    file, the last word of each name.
    """

    hardware: Hardware = field(default_factory=Hardware)
    model: Model = field(default_factory=Model)
    workload: Workload = field(default_factory=Workload)
    strategy: Strategy = field(default_factory=Strategy)
    target: Targets = field(default_factory=Targets)
    further: tuple[Strategy, ...] = ()
    rejected: tuple[Strategy, ...] = ()
    claims: tuple[Claim, ...] = ()
    mentions: tuple[Mention, ...] = ()
    settings: tuple[Setting, ...] = ()
    conflicts: tuple[Conflict, ...] = ()

    def fact(self, key: str) -> Known[Any] | Unknown:
        """The fact of a key such as "strategy.tp"; raises KeyError for a key that does not exist."""
        found: Known[Any] | Unknown = _FACTS[key](self)
        return found

    def facts(self) -> Iterator[tuple[str, Known[Any]]]:
        """Every known fact with its key, in the order of KEYS."""
        for key in KEYS:
            fact = self.fact(key)
            if isinstance(fact, Known):
                yield key, fact


def plan_of(facts: Mapping[str, Known[Any]], **others: Any) -> Plan:
    """A plan of facts by key; further fields of Plan by name.

    >>> from stratc.ir.origin import Given, Known
    >>> plan_of({"strategy.tp": Known(2, Given("a test"))}).strategy.tp
    Known(value=2)
    """
    records: dict[str, dict[str, Known[Any]]] = {name: {} for name in RECORDS}
    for key, known in facts.items():
        if key not in KEYS:
            raise KeyError(key)
        record, _, name = key.partition(".")
        records[record][name] = known
    built: dict[str, Any] = {name: RECORDS[name](**values) for name, values in records.items()}
    return Plan(**{**built, **others})
