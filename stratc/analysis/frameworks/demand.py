"""What a framework demands of arguments that stand together, as rows of a table.

A row is a condition and what it then wants, in a small language:

    --flag              it is given            no --flag           it is not given
    --flag = a / b      it is a or b           --flag > 1          it is a number above
    --flag has a / b    one of its words is    --flag lacks a      none of its words is
    --flag within a / b all of its words are   --flag >= --other   it is no less than another, or no more: <=
    --flag % --other    it is a multiple       $NAME = 1           a variable of the environment
    block.key = on      a key of a file, on or off where it is a switch
    … and …             in conditions, both    … or …              in wishes, one of them

Values are those of the launch, else the defaults of the program; what only a run would tell makes no row speak.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stratc.analysis.frameworks.options import Options
    from stratc.ir.setting import Setting

STOPS = "Megatron-LM stops at its start"
_TERM = re.compile(r"(no )?((?:--|\$)?[A-Za-z][\w.-]*)(?: (=|!=|>=|<=|>|<|%|has|lacks|within) (.+))?")
FIGURES = ("<", ">", "<=", ">=", "%")
OLDEST = (0, 12)  # a check that releases before this one have as well is one that any launch meets


@dataclass(frozen=True, slots=True)
class Demand:
    """One row: a condition, what it wants, what happens otherwise, and the release that began to check it.

    `where` is a further condition that no message names.
    """

    when: str
    wants: str
    otherwise: str = STOPS
    since: str = ""
    where: str = ""

    @property
    def is_new(self) -> bool:
        """Whether releases still in use do not have the check."""
        return bool(self.since) and tuple(int(part) for part in self.since.split(".")) > OLDEST


@dataclass(frozen=True, slots=True)
class Term:
    """One condition on one argument."""

    name: str
    relation: str  # "given", "absent" or a comparison
    values: tuple[str, ...] = ()

    def holds(self, given: Options) -> bool | None:
        """Whether it holds; None where only a run would tell."""
        if self.relation in ("given", "absent"):
            told = given.has(self.name)
            return None if told is None else told is (self.relation == "given")
        text = given.value(self.name)
        if text is None or self.relation not in FIGURES:
            return None if text is None else self._is_in(text)
        number, other = given.amount(self.name), self.other(given)
        if number is None or other is None:
            return None if text else self.relation in ("<", "<=")  # what is not there is below any bound
        if self.relation == "%":
            return other > 0 and number % other == 0
        return {">": number > other, ">=": number >= other, "<": number < other, "<=": number <= other}[self.relation]

    @property
    def is_bound(self) -> bool:
        """Whether it is held to a figure, not to another argument."""
        return self.relation in FIGURES and re.fullmatch(r"-?[\d.]+", self.values[0]) is not None

    def other(self, given: Options) -> float | None:
        """The figure that it is compared with."""
        wanted = self.values[0]
        return float(wanted) if self.is_bound else given.amount(wanted)

    def _is_in(self, text: str) -> bool:
        match self.relation:
            case "=":
                return text.lower() in self.values
            case "!=":
                return text.lower() not in self.values
        words = set(re.split(r"[\s,]+", text.lower()))
        if self.relation == "within":
            return words <= set(self.values)
        return bool(words & set(self.values)) is (self.relation == "has")


@dataclass(frozen=True, slots=True)
class Unmet:
    """A demand that a launch does not meet: where, what is missing, in words, and what to do."""

    demand: Demand
    at: Setting
    beside: tuple[Setting, ...]
    message: str
    help: str


def term(text: str) -> Term:
    """A condition from its text.

    >>> term("--optimizer = adam / sgd")
    Term(name='--optimizer', relation='=', values=('adam', 'sgd'))
    """
    found = _TERM.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    absent, name, relation, values = found.groups()
    return Term(name, relation or ("absent" if absent else "given"), tuple((values or "").split(" / ")))


def unmet(given: Options, demands: Iterable[Demand]) -> Iterator[Unmet]:
    """Every demand of a table that the arguments of a launch do not meet; nothing where a plan is no launch."""
    for demand in demands if given.settings else ():
        terms = [term(each) for each in demand.when.split(" and ")]
        first = given.settings.get(terms[0].name)
        guards = [term(each) for each in demand.where.split(" and ")] if demand.where else []
        if first is None or not all(each.holds(given) for each in (*terms, *guards)):
            continue
        wishes = [term(each) for each in demand.wants.split(" or ")]
        if any(each.holds(given) is not False for each in wishes):
            continue
        beside = [*(each.name for each in terms[1:]), *(each.name for each in wishes)]
        beside += [value for each in wishes for value in each.values if value in given.settings]
        others = {name: given.settings[name] for name in beside if name in given.settings}
        yield Unmet(demand, first, tuple(others.values()), _message(demand, terms, wishes, given), _help(wishes))


def _message(demand: Demand, terms: list[Term], wishes: list[Term], given: Options) -> str:
    since = f" since {demand.since}" if demand.is_new else ""
    if (
        len(wishes) == 1
        and wishes[0].name == terms[0].name
        and (wishes[0].relation in ("=", ">", "<", "<=", "within", "lacks") or wishes[0].is_bound)
    ):
        sign = " " if terms[0].name.startswith("-") else ": "
        shown = f"`{terms[0].name}{sign}{given.value(terms[0].name)}`"
        return f"{shown}, where it must be {_allowed(wishes[0])}: {demand.otherwise}{since}"
    first, *others = [_as_given(each, given) for each in terms if each.name in given.settings]
    seen = f"{first} with {' and '.join(others)}" if others else first
    if [(each.name, each.relation) for each in wishes] == [(terms[0].name, "absent")]:
        return f"{seen}: {demand.otherwise}{since}"
    return f"{seen}, but {_missing(wishes, given)}: {demand.otherwise}{since}"


_SHORT = {"%": "no multiple of", ">=": "less than", ">": "no more than"}
_BOUNDS = {">": "above", "<": "below", "<=": "at most", ">=": "at least"}


def _allowed(wish: Term) -> str:
    match wish.relation:
        case "within":
            return f"of {', '.join(wish.values)}"
        case "lacks":
            return f"none of {', '.join(wish.values)}"
        case "=":
            return " or ".join(wish.values)
        case _:
            return f"{_BOUNDS[wish.relation]} {wish.values[0]}"


def _as_given(each: Term, given: Options) -> str:
    value, sign = given.value(each.name), " " if each.name.startswith("-") else ": "
    shown = each.name if each.relation == "given" or value in ("", "on") else f"{each.name}{sign}{value}"
    return f"`{shown}`"


def _missing(wishes: list[Term], given: Options) -> str:
    only = wishes[0]
    if len(wishes) > 1 or only.relation == "given":
        return f"no {' or '.join(_wanted(each) for each in wishes)}"
    if only.relation == "absent":
        return f"`{only.name}` as well"
    value = given.value(only.name)
    if not value:
        return f"no {_wanted(only)}"
    if only.relation in _SHORT and not only.is_bound:
        relation = _SHORT[only.relation]
        return f"`{only.name} {value}` is {relation} `{only.values[0]}`{_shown(only.other(given))}"
    return f"`{only.name}` is {value}" + ("" if only.name in given.settings else " by default")


def _shown(number: float | None) -> str:
    return "" if number is None else f" ({number:g})"


def _wanted(each: Term) -> str:
    values = "" if each.relation == "given" else f" {' or '.join(each.values)}"
    match each.relation:
        case "=" | "has" | "within" | "given":
            return f"`{each.name}{values}`"
        case "absent":
            return f"launch without `{each.name}`"
        case ">":
            return f"`{each.name}` above {each.values[0] if each.is_bound else f'`{each.values[0]}`'}"
        case ">=" if not each.is_bound:
            return f"`{each.name}` of `{each.values[0]}` or more"
        case "<" | "<=" | ">=":
            return f"`{each.name}` {_BOUNDS[each.relation]} {each.values[0]}"
        case "%":
            return f"a multiple of `{each.values[0]}` as `{each.name}`"
        case _:
            return f"`{each.name}` other than{values}"


def _help(wishes: list[Term]) -> str:
    only = wishes[0]
    if len(wishes) == 1 and only.relation in ("absent", "lacks"):
        return f"take one of the two away: `{only.name}`{'' if not any(only.values) else ' ' + only.values[0]}"
    return f"give {' or '.join(_wanted(each) for each in wishes)}"
