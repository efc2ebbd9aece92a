"""What one step implies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import prod
from typing import Any, NamedTuple

from stratc.ir.draft import Draft, Sketch
from stratc.ir.origin import Derived, Known
from stratc.ir.workload import ACCUMULATION


class Step(NamedTuple):
    """A key, what it follows from, and how; the result None says that it does not follow after all."""

    key: str
    by: str
    needs: tuple[str, ...]
    compute: Callable[..., Any]
    unless: str = ""  # a known fact that forbids the step


def _quotient(left: float, *right: float) -> int | None:
    product = 1.0
    for each in right:
        product *= each
    whole = int(left // product) if product else 0
    return whole if whole >= 1 and whole * product == left else None


def _sharing(heads: int, kv_heads: int) -> str:
    return "mha" if heads == kv_heads else "mqa" if kv_heads == 1 else "gqa"


DEGREES = ("strategy.tp", "strategy.pp", "strategy.dp", "strategy.cp")
STEPS = (
    Step("model.hidden_size", "heads × head size", ("model.heads", "model.head_dim"), lambda a, d: a * d),
    Step(
        "model.head_dim", "hidden size ÷ heads", ("model.hidden_size", "model.heads"), _quotient, "model.kv_lora_rank"
    ),
    Step(
        "model.layers", "dense layers + expert layers", ("model.dense_layers", "model.moe_layers"), lambda a, b: a + b
    ),
    Step(
        "model.moe_layers", "layers - dense layers", ("model.layers", "model.dense_layers"), lambda a, b: a - b or None
    ),
    Step("model.attention", "heads and KV heads", ("model.heads", "model.kv_heads"), _sharing, "model.kv_lora_rank"),
    Step(
        "model.kv_heads",
        "attention is mha",
        ("model.heads", "model.attention"),
        lambda a, word: a if word == "mha" else None,
    ),
    Step("model.kv_heads", "attention is mqa", ("model.attention",), lambda word: 1 if word == "mqa" else None),
    Step(
        "model.layers",
        "layers per stage × stages",
        ("strategy.layers_per_stage", "strategy.pp"),
        lambda layers, stages: layers * stages,
    ),
    Step("strategy.pp", "layers ÷ layers per stage", ("model.layers", "strategy.layers_per_stage"), _quotient),
    Step(
        "model.experts",
        "experts per device × expert-parallel degree",
        ("strategy.experts_per_device", "strategy.ep"),
        lambda experts, degree: experts * degree,
    ),
    Step("workload.micro_batches", ACCUMULATION, ("workload.accumulation_steps",), int),
    Step(
        "workload.batch_size",
        "micro-batches × micro-batch size × data-parallel degree",
        ("workload.micro_batches", "workload.micro_batch_size", "strategy.dp"),
        lambda m, b, d: m * b * d,
    ),
    Step(
        "workload.micro_batches",
        "batch ÷ micro-batch size ÷ data-parallel degree",
        ("workload.batch_size", "workload.micro_batch_size", "strategy.dp"),
        _quotient,
    ),
    Step(
        "workload.micro_batch_size",
        "batch ÷ micro-batches ÷ data-parallel degree",
        ("workload.batch_size", "workload.micro_batches", "strategy.dp"),
        _quotient,
    ),
)


def infer_missing(draft: Draft) -> Draft:
    """Adds what the known facts imply in one step.

    Before: stated and given facts.  After: facts of STEPS that nobody states are Derived from those they follow from,
    where the division comes out even; the number of stages also follows from their placement, and the devices in use
    are those that there are where the degrees fill them.  What all strategies share is only derived where they agree
    on it.
    """
    implied = [_implied(draft, sketch) for sketch in draft.sketches]
    own = [{key: each for key, each in added.items() if key.startswith("strategy.")} for added in implied]
    sketches = (replace(each, facts={**each.facts, **new}) for each, new in zip(draft.sketches, own, strict=True))
    return replace(draft, facts={**draft.facts, **_shared(draft, implied)}, sketches=tuple(sketches))


def _implied(draft: Draft, sketch: Sketch) -> dict[str, Known[Any]]:
    """What follows under one of the strategies."""
    known = draft.known(sketch)
    added: dict[str, Known[Any]] = {}
    if "strategy.pp" not in known and len(sketch.stages) > 1:
        added["strategy.pp"] = Known(len(sketch.stages), Derived("stages that are placed", sketch.stages))
    for step in STEPS:
        inputs = tuple((known | added).get(key) for key in step.needs)
        if step.key in known | added or step.unless in known or None in inputs:
            continue
        facts = tuple(each for each in inputs if each is not None)
        value = step.compute(*(each.value for each in facts))
        if value is not None:
            added[step.key] = Known(value, Derived(step.by, facts))
    if filled := _filled(known | added):
        added["strategy.device_count"] = filled
    return added


def _filled(known: Mapping[str, Known[Any]]) -> Known[Any] | None:
    """The devices that there are, where the degrees that are told fill them."""
    there = known.get("hardware.device_count")
    degrees = tuple(known[key] for key in DEGREES if key in known)
    if there is None or "strategy.device_count" in known or prod(each.value for each in degrees) != there.value:
        return None
    return Known(there.value, Derived("devices that the degrees fill", (there, *degrees)))


def _shared(draft: Draft, implied: list[dict[str, Known[Any]]]) -> dict[str, Known[Any]]:
    """Facts of the model and the workload on which all strategies agree that name what they follow from."""
    found: dict[str, Known[Any]] = {}
    for added in implied:
        found.update({key: each for key, each in added.items() if not key.startswith("strategy.") and key not in found})
    return {key: each for key, each in found.items() if _agreed(draft, implied, key, each.value)}


def _agreed(draft: Draft, implied: list[dict[str, Known[Any]]], key: str, value: object) -> bool:
    """Whether every strategy with a degree of its own that a fact could follow from gives it the same value."""
    axes = {need for step in STEPS if step.key == key for need in step.needs if need.startswith("strategy.")}
    told = (
        added
        for sketch, added in zip(draft.sketches, implied, strict=True)
        if not axes or key in added or axes & draft.known(sketch).keys()
    )
    return all(key in added and added[key].value == value for added in told)
