"""What is published of the accelerator and the model that a plan names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import isclose
from typing import TYPE_CHECKING, Any

from stratc.arith.unit import BYTE_RATE, show
from stratc.ir.draft import Draft
from stratc.ir.origin import Assumed, Given, Known
from stratc.ir.plan import Conflict

if TYPE_CHECKING:
    from stratc.catalog.load import Entry

SHAPE = ("model.layers", "model.hidden_size", "model.heads", "model.experts")  # what makes a model the published one
DIFFERENT = 0.1
ROUNDED = 0.02
REACHED, MOST_REACHED = 0.03, 0.8  # rounding of a product with a utilisation; above it a peak is hardly told from it
LINK, DIRECTIONS = "hardware.link_bandwidth", "hardware.link_directions"


def apply_profile(draft: Draft) -> Draft:
    """Fills facts from the catalogue.

    Before: stated facts.  After: what is published of the named accelerator and model is added as Given; a stated value
    that is another one stays and is recorded as a conflict with the published.  A model whose stated shape is not the
    published one is another model, so nothing is filled from it.  Links that carry what is published of both directions
    together are no conflict: that two directions are meant is recorded as Assumed.
    """
    for find in (_accelerator, _model):
        draft = find(draft)
    return draft


def _accelerator(draft: Draft) -> Draft:
    name = draft.facts.get("hardware.accelerator")
    if name is None:
        return draft
    from stratc.catalog.load import accelerator

    others = {each: value for each, value in _stated(draft).items() if each != "hardware.peak_flops"}
    if (usual := accelerator(str(name.value), others)) is not None:
        draft = _without_reached(draft, usual.values.get("hardware.peak_flops"))
    stated = _stated(draft)
    entry = accelerator(str(name.value), stated)
    if entry is None:
        return draft
    values: dict[str, Any] = dict(entry.values)
    precision = draft.facts.get("model.precision")
    if precision and (peak := entry.peak_flops(str(precision.value))):
        values["hardware.peak_flops"] = peak
    draft = _of_both_directions(draft, entry)
    if LINK in draft.facts and DIRECTIONS in draft.facts:
        values.pop(LINK, None)
    return _filled(draft, name, entry, values, values)


def _stated(draft: Draft) -> dict[str, Any]:
    """What the text itself says of the machines."""
    return {key: known.value for key, known in draft.facts.items() if key.startswith("hardware.") and known.is_stated}


def _without_reached(draft: Draft, peak: object) -> Draft:
    """Drops operations a second that are the published peak times the stated utilisation: what a plan reaches of it."""
    said, mfu = draft.facts.get("hardware.peak_flops"), draft.facts.get("hardware.mfu")
    if said is None or mfu is None or not (isinstance(peak, int | float) and said.is_stated):
        return draft
    if mfu.value > MOST_REACHED or not isclose(said.value, peak * mfu.value, rel_tol=REACHED):
        return draft
    facts = {key: known for key, known in draft.facts.items() if key != "hardware.peak_flops"}
    return replace(draft, facts=facts)


def _of_both_directions(draft: Draft, entry: Entry) -> Draft:
    """Tells links whose bandwidth is twice that of one direction, as data sheets sum them."""
    said, published = draft.facts.get(LINK), entry.values.get(LINK)
    if said is None or DIRECTIONS in draft.facts or not isinstance(published, int | float):
        return draft
    if not isclose(said.value, 2 * published, rel_tol=ROUNDED):
        return draft
    because = f"{show(published, BYTE_RATE)} in one direction are published of {entry.name}"
    return replace(draft, facts={**draft.facts, DIRECTIONS: Known(2, Assumed(because))})


def _model(draft: Draft) -> Draft:
    name = draft.facts.get("model.name")
    if name is None:
        return draft
    from stratc.catalog.load import model

    entry = model(str(name.value))
    if entry is None:
        return draft
    other = any(_differ(draft.facts[key].value, entry.values.get(key)) for key in SHAPE if key in draft.facts)
    return _filled(draft, name, entry, {} if other else entry.values, entry.values)


def _filled(
    draft: Draft, name: Known[Any], entry: Entry, values: Mapping[str, Any], published: Mapping[str, Any]
) -> Draft:
    origin = Given(f"the catalogue entry {entry.name}", name.spans())
    added = {key: Known(value, origin) for key, value in values.items() if key not in draft.facts}
    conflicts = tuple(
        Conflict(key, draft.facts[key], (Known(value, origin),))
        for key, value in published.items()
        if key in draft.facts and draft.facts[key].is_stated and _differ(draft.facts[key].value, value)
    )
    return replace(draft, facts={**draft.facts, **added}, conflicts=draft.conflicts + conflicts)


def _differ(stated: object, published: object) -> bool:
    """Whether a plan contradicts what is published, beyond rounding and binary prefixes."""
    if not isinstance(stated, int | float) or not isinstance(published, int | float):
        return False
    if isinstance(published, int):
        return stated != published and not (stated > 1e6 and isclose(stated, published, rel_tol=DIFFERENT))
    return not isclose(stated, published, rel_tol=DIFFERENT)
