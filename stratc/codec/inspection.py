"""What was understood, as the JSON that other programs read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from stratc.codec.report import VERSION, place_json
from stratc.codec.values import value_json
from stratc.ir.claim import Claim
from stratc.ir.inspection import Entry, Inspection
from stratc.ir.origin import Known
from stratc.ir.plan import KEYS, RECORDS, Plan
from stratc.ir.strategy import Strategy
from stratc.text.source import Source
from stratc.text.span import Span

NOWHERE = {"path": None, "line": None, "column": None, "end_line": None, "end_column": None}


def inspection_json(seen: Inspection) -> dict[str, Any]:
    """Every place that states a fact, the claims, what was left unread, and the plan that is believed."""
    sources = {source.name: source for source in seen.sources}
    return {
        "version": VERSION,
        "facts": [_entry(each, sources) for each in seen.entries],
        "claims": [claim_json(each, sources) for each in seen.plan.claims],
        "conflicts": [
            {
                "key": each.key,
                "believed": value_json(each.believed.value),
                "because": each.because,
                "others": [{"value": value_json(o.value), **_first(o.spans(), sources)} for o in each.others],
            }
            for each in seen.plan.conflicts
        ],
        "counts": [asdict(each) for each in seen.counts],
        "unread": [{**place_json(span, sources), "text": text} for span, text in seen.unread],
        "plan": facts_json(seen.plan),
    }


def claim_json(claim: Claim, sources: Mapping[str, Source]) -> dict[str, Any]:
    """A claim with its first place; figures in SI units."""
    quantity = claim.quantity
    value = {"min": quantity.low, "max": quantity.high} if quantity.is_range else quantity.value
    return {
        "metric": claim.metric,
        "value": value,
        "unit": str(quantity.dimension) or None,
        "relation": claim.relation.value,
        "per": claim.per.value or None,
        "cause": claim.cause or None,
        "role": claim.scope.role.value,
        "working": str(claim.working) if claim.working else None,
        **_first(claim.places, sources),
    }


def facts_json(plan: Plan) -> dict[str, Any]:
    """The believed facts, nested by key; strategies beside the main one under "further" and "rejected"."""
    told: dict[str, Any] = {}
    for name in RECORDS:
        facts = strategy_json(plan.strategy) if name == "strategy" else _record(getattr(plan, name), name)
        told |= {name: facts} if facts else {}
    for name in ("further", "rejected"):
        others: tuple[Strategy, ...] = getattr(plan, name)
        told |= {name: [strategy_json(each) for each in others]} if others else {}
    return told


def strategy_json(strategy: Strategy) -> dict[str, Any]:
    """The known facts of a strategy, its name and its placement."""
    told: dict[str, Any] = {"name": strategy.name} if strategy.name else {}
    told |= _record(strategy, "strategy")
    if strategy.stages:
        told["stage"] = [value_json(each.value) for each in strategy.stages]
    if strategy.expert_spans:
        told["expert_placement"] = [value_json(each.value) for each in strategy.expert_spans]
    return told


def _record(record: object, prefix: str) -> dict[str, Any]:
    names = [key.partition(".")[2] for key in KEYS if key.startswith(f"{prefix}.")]
    known = {name: getattr(record, name) for name in names}
    return {name: value_json(fact.value) for name, fact in known.items() if isinstance(fact, Known)}


def _entry(entry: Entry, sources: Mapping[str, Source]) -> dict[str, Any]:
    told = {
        "key": entry.key,
        "value": value_json(entry.value),
        "unit": (str(entry.unit.dimension) or None) if entry.unit else None,
        **(place_json(entry.span, sources) if entry.span else NOWHERE),
        "role": entry.role.value,
        "origin": entry.origin,
    }
    told |= {"because": entry.because} if entry.because else {}
    told |= {"strategy": entry.strategy} if entry.strategy else {}
    return told | ({"setting": entry.setting} if entry.setting else {})


def _first(spans: tuple[Span, ...], sources: Mapping[str, Source]) -> dict[str, Any]:
    return place_json(spans[0], sources) if spans else NOWHERE
