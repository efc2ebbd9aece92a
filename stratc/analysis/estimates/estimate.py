"""Everything the cost model says of a case, in the shape that `stratc estimate` prints."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING, Any

from stratc.analysis.memory.memory import DeviceMemory, StageMemory, device_memory
from stratc.analysis.memory.room import need_of
from stratc.analysis.model.parameters import ParameterCount, count_parameters
from stratc.analysis.speed.performance import Performance, performance
from stratc.analysis.speed.training import Interval
from stratc.cost.allowance import PEAKS

if TYPE_CHECKING:
    from stratc.analysis.case import Case


def estimate(case: Case) -> dict[str, Any]:
    """Parts by name; None where the plan does not say enough, with the keys that would settle it under "missing"."""
    case = replace(case, explain=False)
    parameters, memory, speed = count_parameters(case), device_memory(case), performance(case)
    every = (*parameters.assumed, *memory.assumed, *speed.assumed)
    assumed = {(each.key, each.value): each for each in every}  # memory and time may rest on different ones
    missing = tuple(dict.fromkeys((*parameters.missing, *memory.missing, *speed.missing)))
    return {
        "parameters": _parameters(parameters),
        "memory": _memory(memory),
        **_performance(speed),
        "assumed": [_row(each) for each in assumed.values()],
        "missing": list(missing),
    }


def _parameters(count: ParameterCount) -> dict[str, Any] | None:
    if all(amount is None for amount in count.components.values()):
        return None
    return _plain({"total": count.total, "active": count.active, "components": count.components})


def _memory(memory: DeviceMemory) -> dict[str, Any] | None:
    if not memory.stages:
        return None
    stages, worst = [_stage(each) for each in memory.stages], memory.worst
    fullest = stages[memory.stages.index(worst)] if worst else None
    told = {"stages": stages, "worst": fullest, "fits": memory.fits}
    told |= {"capacity": _number(memory.capacity), "outside": _plain(dict(memory.outside.rows))}
    return told | {"interval": _interval(worst)}


def _interval(worst: StageMemory | None) -> dict[str, Any] | None:
    """Where four of five measured peaks of training lay beside their estimates; of serving none is known."""
    need = need_of(worst) if worst else None
    return _plain({"low": need.low, "high": need.high, "origin": PEAKS}) if need else None


def _performance(speed: Performance) -> dict[str, Any]:
    work, training, inference = speed.compute, speed.training, speed.inference
    named = ("axis", "collective", "bytes", "seconds")
    return {
        "compute": _plain({"model_flops": work.model, "hardware_flops": work.hardware}) if work else None,
        "communication": [_plain({name: getattr(row, name) for name in named}) for row in speed.communication],
        "training": _row(training) if training else None,
        "inference": _row(inference) if inference else None,
    }


def _stage(stage: StageMemory) -> dict[str, Any]:
    return _row(stage) | {"static": _number(stage.static), "peak": _number(stage.peak)}


def _row(value: Any) -> dict[str, Any]:
    """The fields of a record."""
    return {name: _number(getattr(value, name)) for name in value.__match_args__}


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Values that JSON has: whole numbers without a point, nothing infinite."""
    return {key: _number(each) for key, each in values.items()}


def _number(value: Any) -> Any:
    match value:
        case float():
            return (int(value) if value.is_integer() else value) if isfinite(value) else None
        case dict():
            return _plain(value)
        case Interval():
            return _row(value)
        case (dict(), *_):
            return [_plain(each) for each in value]
    return value
