"""How a figure of the ledger comes about: its working or its parts, the laws used, and the facts that it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from math import isclose
from typing import TYPE_CHECKING, Any

from stratc.analysis.estimates.estimate import estimate
from stratc.analysis.layout.division import DEGREES, division
from stratc.analysis.memory.memory import STATES, device_memory, memory_setting, stage_rows
from stratc.analysis.memory.setting import Setting, opened
from stratc.analysis.model.architecture import architecture
from stratc.analysis.words import WORDS
from stratc.arith.term import Counted, Measured, Named, Number, Term, lift
from stratc.cost.activations import full_recompute_activations, layer_activations, pipeline_messages
from stratc.cost.allowance import bucket_bytes, library_workspaces
from stratc.cost.compute import compute_seconds, hardware_flops, model_flops
from stratc.cost.handbook import cited, formula, sentence
from stratc.cost.memory import cache_bytes, layer_cache, logits_bytes, model_states
from stratc.cost.parameters import device_parameters, model_parameters, shard
from stratc.cost.schedule import in_flight, uneven_interleaved_seconds, uneven_seconds
from stratc.cost.serving import attention_seconds, matrix_seconds, reduction_seconds
from stratc.ir.explanation import Choice, Explanation, Ground, Law
from stratc.ir.origin import Known, Missing, Unknown
from stratc.ir.values import Extent

if TYPE_CHECKING:
    from stratc.analysis.case import Case
    from stratc.arith.unit import Unit

KINDS = (*STATES, "activations", "kv_cache", "buffers", "workspace")
LAWS: dict[str, tuple[Callable[..., object], ...]] = {
    # item, or the first word of several: the laws of the cost model that give it
    "parameters": (model_parameters,),
    **{f"memory.{name}": (shard, device_parameters, model_states) for name in STATES},
    "memory.parameters": (shard, device_parameters),
    "memory.activations": (layer_activations, full_recompute_activations, in_flight),
    "memory.kv_cache": (layer_cache, cache_bytes),
    "memory.buffers": (logits_bytes, bucket_bytes),
    "memory.workspace": (library_workspaces, pipeline_messages),
    "compute.model_flops": (model_flops,),
    "compute.hardware_flops": (hardware_flops,),
    "training": (compute_seconds, uneven_seconds, uneven_interleaved_seconds),
    "inference": (matrix_seconds, attention_seconds, reduction_seconds),
}


def items(told: Mapping[str, Any], stage: int = 0) -> dict[str, Any]:
    """Every figure of an estimate by name, memory of one stage."""
    found: dict[str, Any] = {}
    parameters, memory = told["parameters"] or {}, told["memory"]
    for name, value in (*parameters.get("components", {}).items(), *parameters.items()):
        found[f"parameters.{name}"] = value
    stages = memory["stages"] if memory else ()
    for name in ("parameters", *KINDS, "static", "peak") if stage < len(stages) else ():
        found[f"memory.{name}"] = stages[stage][name]
    for group in ("compute", "training", "inference"):
        for name, value in (told[group] or {}).items():
            found[f"{group}.{name}"] = value
    for name, value in ((told["training"] or {}).get("parts") or {}).items():
        found[f"training.{name}"] = value
    for row in told["communication"]:
        found[f"communication.{row['axis']}"] = row["bytes"]
    return {name: value for name, value in found.items() if isinstance(value, (int, float))}


def fullest(case: Case) -> int:
    """The stage that needs most memory."""
    worst = device_memory(case).worst
    return worst.stage if worst else 0


def explained(case: Case, item: str, stage: int) -> Explanation:
    """The ground of one figure of `items`."""
    told = estimate(case)
    value = items(told, stage)[item]
    group, _, name = item.partition(".")
    return Explanation(
        item=item,
        stage=stage if group == "memory" else None,
        value=value,
        working=_checked(_working(case, group, name, stage, told), value),
        parts=tuple(_parts(group, name, told, stage)),
        laws=tuple(_law(each) for each in LAWS.get(item) or LAWS.get(group, ())),
        stated=tuple(_ground(case, item, stage, value)),
        assumed=tuple(
            Choice(**each, unit=_unit(each["key"])) for each in told["assumed"] if _concerns(each["key"], group)
        ),
    )


def _law(law: Callable[..., object]) -> Law:
    return Law(law.__name__, sentence(law), formula(law), tuple(cited(law)))


def _choice(told: Mapping[str, Any]) -> Choice:
    return Choice(**told, unit=_unit(told["key"]))


def _unit(key: str) -> Unit | None:
    return WORDS[key][1] if key in WORDS else None


def _ground(case: Case, item: str, stage: int, value: Any) -> Iterator[Ground]:
    """Facts that the figure rests on: with twice the number, or with nothing said, it is another one."""
    for key, known in case.plan.facts():
        if isinstance(known, Known) and (known.value is not False or known.is_stated):
            others = (_figure(_with(case, key, other), item, stage) for other in (_another(key, known), Unknown(key)))
            if any(other not in (value, None) for other in others):
                yield Ground(key, known, _unit(key))


def _figure(case: Case, item: str, stage: int) -> Any:
    """The figure of another case, None where it cannot be computed."""
    try:
        return items(estimate(case), stage).get(item)
    except (ArithmeticError, Missing, ValueError):
        return None


def _with(case: Case, key: str, fact: Known[Any] | Unknown) -> Case:
    record, _, name = key.partition(".")
    changed: dict[str, Any] = {record: replace(getattr(case.plan, record), **{name: fact})}
    return replace(case, plan=replace(case.plan, **changed))


def _another(key: str, known: Known[Any]) -> Known[Any] | Unknown:
    match known.value:
        case bool():
            return replace(known, value=not known.value)
        case int() | float():
            return replace(known, value=known.value * 2)
        case Extent(low, high):
            return replace(known, value=Extent(low * 2, high * 2))
    return Unknown(key)


def _concerns(key: str, group: str) -> bool:
    """Whether an assumption can matter to a group of figures: parameters depend on the model, memory on no rates."""
    return key.startswith("model.") if group == "parameters" else group != "memory" or not key.startswith("hardware.")


def _checked(working: Term | None, value: float) -> Term | None:
    """The working if it gives the figure that it explains."""
    return working if working is not None and isclose(working.value, value, rel_tol=1e-9) else None


def _working(case: Case, group: str, name: str, stage: int, told: Mapping[str, Any]) -> Term | None:
    try:
        if group == "parameters":
            return _of_parameters(case, name)
        if group == "memory" and name in ("parameters", *KINDS):
            rows = stage_rows(_spoken(case), stage)
            return _term(rows[name])
        return _of_work(case) if (group, name) == ("compute", "model_flops") else _of_rates(case, group, name, told)
    except Missing:
        return None


def _term(number: Number | None) -> Term | None:
    return number if isinstance(number, Term) and number.leaves else None


def _of_parameters(case: Case, name: str) -> Term | None:
    ledger = model_parameters(architecture(replace(case, explain=True)).shape)
    return _term(dict(ledger.rows).get(name))


def _of_work(case: Case) -> Term | None:
    """The FLOPs of a step on one device."""
    spoken, divided = replace(case, explain=True), division(case.silent)
    length, batch = spoken.number("workload.sequence_length"), spoken.number("workload.batch_size")
    devices = Named("devices", divided.tp * divided.pp * divided.dp * divided.cp)
    return _term(model_flops(architecture(spoken).shape, length, length * batch) / devices)


def _of_rates(case: Case, group: str, name: str, told: Mapping[str, Any]) -> Term | None:
    """Rates that follow from the step by themselves."""
    step, work = (told["training"] or {}).get("step_seconds"), (told["compute"] or {}).get("model_flops")
    if group != "training" or not step:
        return None
    time = Named("s a step", step)
    if name == "mfu" and work:
        return lift(Named("model FLOP", work)) / (time * replace(case, explain=True).number("hardware.peak_flops"))
    if name == "tokens_per_second":
        return lift(Named("tokens a step", told["training"]["tokens_per_second"] * step)) / time
    return None


def _spoken(case: Case) -> Setting:
    """The setting of the plan with its numbers carrying their names."""
    spoken, silent = replace(case, explain=True), case.silent
    divided = division(silent)
    plain = memory_setting(silent, opened(silent)[0], [])
    degrees = {name: spoken.number(f"strategy.{name}") for name in DEGREES if spoken.has(f"strategy.{name}")}
    agreed = {name: lift(term) for name, term in degrees.items() if lift(term).value == getattr(divided, name) > 1}
    counted: dict[str, Any] = {name: Counted(term) for name, term in agreed.items()}
    layers = tuple((_layers(case, dense), _layers(case, moe)) for dense, moe in divided.layers)
    divided = replace(divided, **counted, layers=layers)
    whole = architecture(spoken).shape
    return replace(
        plain,
        whole=whole,
        part=shard(whole, divided.tp, divided.ep, divided.expert_tp),
        division=divided,
        sequence=_measured(spoken, plain.sequence, "workload.sequence_length", "workload.prompt_length"),
        sequences=_measured(spoken, plain.sequences, "workload.micro_batch_size", "workload.batch_size"),
        micro_batches=_measured(spoken, plain.micro_batches, "workload.micro_batches") or plain.micro_batches,
    )


def _layers(case: Case, count: int) -> int:
    return Counted(Named("layers of the stage", count, case.known("model.layers"))) if count else 0


def _measured(case: Case, value: float | None, *keys: str) -> float | None:
    """A number with the name of the fact that states it, where one does."""
    facts = (case.number(key) for key in keys if case.has(key))
    return next((Measured(lift(each)) for each in facts if lift(each).value == value), value)


def _parts(group: str, name: str, told: Mapping[str, Any], stage: int) -> Iterator[tuple[str, float]]:
    """What a sum is made of."""
    parts: Mapping[str, Any] = {}
    if group == "parameters" and name == "total":
        parts = told["parameters"]["components"]
    elif group == "memory" and name in ("static", "peak"):
        row = told["memory"]["stages"][stage]
        kinds = KINDS if name == "peak" else (*STATES, "workspace")
        parts = {kind: row[kind] for kind in kinds}
    elif group == "training" and name == "step_seconds":
        parts = told["training"]["parts"] or {}
    yield from ((part, amount) for part, amount in parts.items() if amount)
