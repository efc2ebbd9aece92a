"""Values of one fact beside each other."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose
from typing import TYPE_CHECKING, Any

from stratc.analysis.words import WORDS
from stratc.arith.unit import ONE, show
from stratc.ir.origin import Known
from stratc.ir.values import Extent

if TYPE_CHECKING:
    from stratc.analysis.case import Case

ONE_VALUE = frozenset(
    f"{record}.{name}"
    for record, names in (
        ("hardware", ("bandwidth_utilization", "link_bandwidth", "network_bandwidth", "devices_per_node")),
        ("model", ("layers", "hidden_size", "heads", "kv_heads", "head_dim", "ffn_hidden_size", "vocab_size")),
        ("model", ("experts", "top_k", "expert_hidden_size", "precision")),
        ("workload", ("batch_size", "micro_batches", "micro_batch_size", "accumulation_steps")),
        ("strategy", ("tp", "pp", "ep", "cp", "expert_tp", "zero_stage", "schedule", "capacity_factor")),
    )
    for name in names
)
"""What has one value in a plan.  Numbers of devices have intermediate results, lengths and capacities examples."""
SHARES = {
    # key: the counts that divide or multiply it in figures for a part or for the whole
    "model.layers": ("strategy.pp", "strategy.vpp"),
    "model.heads": ("strategy.tp", "strategy.cp", "model.kv_heads"),
    "model.kv_heads": ("strategy.tp",),
    "model.hidden_size": ("strategy.tp", "model.heads"),
    "model.ffn_hidden_size": ("strategy.tp", "strategy.expert_tp"),
    "model.expert_hidden_size": ("strategy.tp", "strategy.expert_tp"),
    "model.experts": (
        "strategy.ep",
        "strategy.tp",
        "strategy.pp",
        "strategy.device_count",
        "model.layers",
        "model.moe_layers",
        "model.top_k",
    ),
    "workload.batch_size": ("strategy.dp", "workload.micro_batches", "strategy.device_count"),
    "hardware.link_bandwidth": ("hardware.devices_per_node", "hardware.bandwidth_utilization"),
    "hardware.network_bandwidth": ("hardware.devices_per_node", "hardware.bandwidth_utilization"),
}


def stated_twice(case: Case) -> Iterator[tuple[str, Known[Any], Known[Any]]]:
    """Key, believed value and another stated value of what has one value in a plan, where they cannot both be meant."""
    for conflict in case.plan.conflicts:
        if conflict.key in ONE_VALUE and conflict.believed.is_stated:
            for other in conflict.others:
                told = not conflict.key.startswith(("model.", "workload.")) or other.value not in conflict.in_passing
                if told and other.is_stated and _is_another(case, conflict.key, conflict.believed.value, other.value):
                    yield conflict.key, conflict.believed, other


def _is_another(case: Case, key: str, believed: Any, other: Any) -> bool:
    """Whether a value is neither the same, nor the same for a part or for the whole."""
    if not differ(believed, other, case.tolerance) or (key == "model.layers" and other in _kinds_of_layers(case)):
        return False
    return not is_share(case, key, believed, other)


def is_share(case: Case, key: str, one: Any, other: Any) -> bool:
    """Whether of two values of a key one is what a part has of the other, by the counts that it is dealt over."""
    if not (isinstance(one, (int, float)) and isinstance(other, (int, float)) and one and other):
        return False
    counts = [float(case.known(each).value) for each in SHARES.get(key, ()) if case.has(each)]
    factors = {*counts, *(first * second for first in counts for second in counts)}
    ratio = max(one, other) / min(one, other)
    return any(each and isclose(ratio, max(each, 1 / each), rel_tol=0.01) for each in factors)


def _kinds_of_layers(case: Case) -> set[int]:
    """The numbers of layers that a plan counts for a part: those with experts, those without, those of each stage."""
    kinds = (case.fact("model.dense_layers"), case.fact("model.moe_layers"))
    stages = (each.value.layers for each in case.strategy.stages if each.value.layers is not None)
    return {each.value for each in kinds if isinstance(each, Known)} | {last - first + 1 for first, last in stages}


def differ(left: Any, right: Any, tolerance: float) -> bool:
    """Whether two values cannot both be meant; a number inside a range agrees with it."""
    match left, right:
        case Extent(), Extent():
            return left.high < right.low or right.high < left.low
        case Extent(), int() | float():
            return not left.low <= right <= left.high
        case int() | float(), Extent():
            return differ(right, left, tolerance)
        case int() | float(), int() | float():
            return not isclose(left, right, rel_tol=max(tolerance, 1e-9))
        case str(), str():
            return left.casefold() != right.casefold()
    return bool(left != right)


def shown(key: str, value: Any) -> str:
    """A value of a fact for people."""
    _, unit = WORDS[key]
    match value:
        case Extent(low, high) if low != high:
            return f"{shown(key, low)} to {shown(key, high)}"
        case Extent(_, high):
            return shown(key, high)
        case bool() | str():
            return str(value)
        case int() | float():
            return show(value, unit or ONE, 4)
    return str(value)


def number_of(case: Case, key: str) -> float:
    """The number of a fact, the upper end of a range; zero where the plan does not say."""
    fact = case.fact(key)
    if not isinstance(fact, Known):
        return 0.0
    return float(fact.value.high if isinstance(fact.value, Extent) else fact.value)
