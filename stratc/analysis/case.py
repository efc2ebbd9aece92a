"""One strategy of one plan, and what follows from it, computed when asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar, cast

from stratc.analysis.framework import family
from stratc.analysis.words import WORDS
from stratc.arith.term import Named, Number
from stratc.ir.claim import Claim
from stratc.ir.mention import Mention
from stratc.ir.origin import Known, Unknown, need
from stratc.ir.plan import Plan
from stratc.ir.scope import Role
from stratc.ir.setting import ALONE, Setting
from stratc.ir.strategy import Strategy
from stratc.ir.values import Extent
from stratc.record import Record

T = TypeVar("T")


@dataclass(frozen=True, eq=False, repr=False)
class Case(Record):
    """A plan under one of its strategies.

    `explain` chooses the reading of every analysis: terms, which can be read back, or plain numbers, which are fast.
    Analyses that need a fact the plan does not give raise Missing.  `tolerance` is the fraction that comparisons of
    figures forgive; `target` is the framework that the plan is to be held to, "" for the one that it names.
    """

    plan: Plan
    explain: bool = True
    tolerance: float = 0.02
    target: str = ""
    _done: dict[Callable[..., Any], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, analysis: Callable[[Case], T]) -> T:
        """What an analysis finds of this case, computed when first asked for."""
        if analysis not in self._done:
            self._done[analysis] = analysis(self)
        return cast("T", self._done[analysis])

    @cached_property
    def silent(self) -> Case:
        """The same with plain numbers."""
        return replace(self, explain=False) if self.explain else self

    @property
    def strategy(self) -> Strategy:
        """The strategy under examination."""
        return self.plan.strategy

    @property
    def is_one_of_several(self) -> bool:
        """Whether the plan has other strategies beside this one, whose devices a count may hold as well."""
        return bool(self.plan.further or self.strategy.name)

    def fact(self, key: str) -> Known[Any] | Unknown:
        """The fact of a key, known or not."""
        return self.plan.fact(key)

    def known(self, key: str) -> Known[Any]:
        """The fact of a key; raises Missing where the plan does not say."""
        return need(self.plan.fact(key))

    def has(self, *keys: str) -> bool:
        """Whether the plan says all of these, in whatever way."""
        plan = self.plan
        return all(isinstance(plan.fact(key), Known) for key in keys)

    def has_several(self, *keys: str) -> bool:
        """Whether the plan gives one of these several values, of which nobody knows which belong together."""
        return any(conflict.key in keys for conflict in self.plan.conflicts)

    def number(self, key: str) -> Number:
        """A fact as input of a formula; a range gives its upper end.  Raises Missing where the plan does not say."""
        return self.named(key, self.known(key))

    def number_or(self, key: str, default: float) -> Number:
        """As `number`, but the default where the plan does not say."""
        return self.number(key) if self.has(key) else default

    def named(self, key: str, known: Known[Any]) -> Number:
        """A value under the name of a key: a term that knows its lines, or the plain number."""
        value = known.value.high if isinstance(known.value, Extent) else known.value
        if not self.explain:
            return float(value) if isinstance(value, float) else int(value)
        words, unit = WORDS[key]
        return Named(words, value, known, unit)

    def setting(self, name: str) -> Setting | None:
        """A setting of the launch, where the plan is or shows one that has it."""
        return next((each for each in self.launch if each.name == name), None)

    @cached_property
    def launch(self) -> tuple[Setting, ...]:
        """The settings of the first launch of this strategy by its framework: those of several are never mixed."""
        name, named = self.strategy.name, self.plan.strategy.framework
        runs = self.target or (family(str(named.value)) if isinstance(named, Known) else "")
        own = [
            each
            for each in self.plan.settings
            if each.launch != ALONE and (not name or each.strategy in ("", name))
            if not each.framework or not runs or family(each.framework) == runs
        ]
        first = min((each.launch for each in own), default=0)
        return tuple(each for each in own if each.launch == first)

    @cached_property
    def set_places(self) -> dict[object, Setting]:
        """Where settings stand."""
        return {span: each for each in self.plan.settings for span in each.places}

    def is_set(self, known: Known[Any]) -> bool:
        """Whether a value is set, and nowhere said in words."""
        spans = known.spans() if self.plan.settings else ()
        return bool(spans) and all(span in self.set_places for span in spans)

    def claims(self, *metrics: str, roles: tuple[Role, ...] = (Role.PLAN,)) -> Iterator[Claim]:
        """Claims of these metrics in the order of the text; "memory" stands for all that begin with "memory."."""
        yield from (each for each in _in_order(self._claims_by_word, metrics) if each.scope.role in roles)

    @cached_property
    def _claims_by_word(self) -> dict[str, list[tuple[int, Claim]]]:
        """Claims with their places in the order of the text, by metric and by family."""
        found: dict[str, list[tuple[int, Claim]]] = {}
        for n, claim in enumerate(self.plan.claims):
            for word in {claim.metric, claim.metric.partition(".")[0]}:
                found.setdefault(word, []).append((n, claim))
        return found

    def mentions(self, *concepts: str, roles: tuple[Role, ...] = (Role.PLAN,)) -> Iterator[Mention]:
        """Places where the plan names one of these concepts."""
        yield from (each for each in _in_order(self._mentions_by_concept, concepts) if each.scope.role in roles)

    @cached_property
    def _mentions_by_concept(self) -> dict[str, list[tuple[int, Mention]]]:
        """Mentions with their places in the order of the text."""
        found: dict[str, list[tuple[int, Mention]]] = {}
        for n, mention in enumerate(self.plan.mentions):
            found.setdefault(mention.concept, []).append((n, mention))
        return found


def _in_order(found: dict[str, list[tuple[int, T]]], words: tuple[str, ...]) -> Iterator[T]:
    """What stands under these words, each once, in the order of the text."""
    groups = [found[each] for each in words if each in found]
    if len(groups) == 1:
        return (each for _, each in groups[0])
    return (each for _, each in sorted({n: each for group in groups for n, each in group}.items()))


def cases(plan: Plan, explain: bool = True, tolerance: float = 0.02, target: str = "") -> tuple[Case, ...]:
    """A case for every strategy that the plan proposes, its main one first; each with what is said of it or of all."""
    if not plan.further:
        return (Case(plan, explain, tolerance, target),)
    each_own = (plan.strategy, *plan.further)
    others = (
        replace(plan, strategy=one, further=tuple(each for each in each_own if each is not one)) for one in plan.further
    )
    return tuple(Case(_own(each), explain, tolerance, target) for each in (plan, *others))


def _own(plan: Plan) -> Plan:
    """The plan without the claims and mentions that belong to another strategy."""
    here = ("", plan.strategy.name)
    claims = tuple(each for each in plan.claims if each.scope.strategy in here)
    return replace(plan, claims=claims, mentions=tuple(each for each in plan.mentions if each.scope.strategy in here))
