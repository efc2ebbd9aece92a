"""Plans as JSON: the facts nested by key, the claims beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stratc.arith.quantity import Quantity
from stratc.arith.term import Apply, Literal, Named, Term
from stratc.arith.unit import COUNT, ONE, Unit, unit_named
from stratc.codec.inspection import facts_json
from stratc.codec.report import VERSION, finite
from stratc.ir.claim import Claim
from stratc.ir.origin import Assumed
from stratc.ir.plan import Plan
from stratc.ir.scope import Role
from stratc.ir.statement import Goal, Relation


def plan_json(plan: Plan) -> dict[str, Any]:
    """The whole plan; `assumed` says which of the facts nobody stated."""
    told: dict[str, Any] = {"version": VERSION, **facts_json(plan)}
    claims = [claim_json(each) for each in plan.claims if each.scope.role is Role.PLAN]
    assumed = {key: fact.origin.because for key, fact in plan.facts() if isinstance(fact.origin, Assumed)}
    told |= {"claims": claims} if claims else {}
    return told | ({"assumed": assumed} if assumed else {})


def claim_json(claim: Claim) -> dict[str, Any]:
    """A claim as it can be read back: SI figures, the unit they were written in, the working as a tree."""
    told: dict[str, Any] = {"metric": claim.metric, **_quantity(claim.quantity)}
    told |= {"relation": claim.relation.value} if claim.relation is not Relation.IS else {}
    told |= {"per": claim.per.value} if claim.per.value else {}
    told |= {"cause": claim.cause} if claim.cause else {}
    told |= {"index": claim.index} if claim.index is not None else {}
    told |= {"working": term_json(claim.working)} if claim.working is not None else {}
    return told | ({"goal": _goal(claim.goal)} if claim.goal else {})


def term_json(term: Term) -> dict[str, Any]:
    """A working: a figure, a named figure, or an operator over two or more of them, from left to right."""
    match term:
        case Apply(op):
            return {"op": op, "terms": [term_json(each) for each in _row(term)]}
        case Named(name, number, unit=unit):
            return {"name": name, **_figure(number, unit)}
        case Literal(number, unit):
            return _figure(number, unit)
        case _:
            return _figure(term.value, None)


def term_of(told: Mapping[str, Any]) -> Term:
    """The working that `term_json` wrote.

    >>> str(term_of({"op": "×", "terms": [{"name": "ep", "value": 64}, {"name": "tp", "value": 2}]}))
    '64 ep × 2 tp'
    """
    if "op" in told:
        first, *rest = (term_of(each) for each in told["terms"])
        for each in rest:
            first = Apply(told["op"], first, each)
        return first
    unit = unit_of(told["unit"]) if "unit" in told else None
    return Named(told["name"], told["value"], None, unit) if "name" in told else Literal(told["value"], unit)


def quantity_of(told: Mapping[str, Any]) -> Quantity:
    """The figure of a claim or goal."""
    value = told["value"]
    low, high = (value["min"], value["max"]) if isinstance(value, dict) else (value, value)
    unit = unit_of(told["unit"]) if "unit" in told else ONE
    return Quantity(float(low), float(high), unit, told.get("approximate", False), told.get("step", 0.0))


def unit_of(symbol: str) -> Unit:
    """The unit of a symbol; of several words their product, of an unknown one a bare count.

    >>> unit_of("B parameters").scale, str(unit_of("B parameters").dimension)
    (1000000000.0, 'parameter')
    """
    known = unit_named(symbol)
    if known:
        return known
    found = [unit_named(word) or Unit(word, 1.0, COUNT) for word in symbol.split()]
    scale, dimension = 1.0, COUNT
    for each in found:
        scale, dimension = scale * each.scale, dimension * each.dimension
    return Unit(symbol, scale, dimension)


def _row(term: Apply) -> list[Term]:
    """The terms of one operator: (a × b) × c stands as a, b, c."""
    row: list[Term] = [term.right]
    left = term.left
    while isinstance(left, Apply) and left.op == term.op:
        row.append(left.right)
        left = left.left
    return [left, *reversed(row)]


def _figure(number: float, unit: Unit | None) -> dict[str, Any]:
    return {"value": finite(number), "unit": unit.symbol} if unit and unit.symbol else {"value": finite(number)}


def _quantity(quantity: Quantity) -> dict[str, Any]:
    value = {"min": quantity.low, "max": quantity.high} if quantity.is_range else quantity.value
    told: dict[str, Any] = {"value": value}
    told |= {"unit": quantity.unit.symbol} if quantity.unit.symbol else {}
    told |= {"approximate": True} if quantity.approximate else {}
    return told | ({"step": quantity.step} if quantity.step else {})


def _goal(goal: Goal) -> dict[str, Any]:
    told = {**_quantity(goal.quantity), "relation": goal.relation.value}
    return told | ({"ticked": True} if goal.ticked else {})
