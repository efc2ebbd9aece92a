"""Values of one fact beside each other."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose
from typing import TYPE_CHECKING, Any

from stratc.analysis.words import WORDS
from stratc.arith.unit import ONE, show
from stratc.ir.plan import Conflict
from stratc.ir.values import Extent

if TYPE_CHECKING:
    from stratc.analysis.case import Case

OPEN_TO_SEVERAL = frozenset(
    {
        # numbers of devices and parts: intermediate results in one section, totals in another
        "hardware.device_count",
        "strategy.device_count",
        "strategy.devices_per_stage",
        "strategy.layers_per_stage",
        "strategy.experts_per_device",
        "strategy.heads_per_device",
        "strategy.dp",
        # a goal or a result beside the figure that the plan counts on
        "hardware.mfu",
        # lengths of examples stand beside those of the workload
        "workload.sequence_length",
        "workload.prompt_length",
        "workload.output_length",
        # words that plans use loosely
        "model.name",
        "model.attention",
        "model.parameters",
        "hardware.accelerator",
        "hardware.interconnect",
        "workload.phase",
        "strategy.framework",
        "target.throughput",
        "target.latency",
    }
)


def stated_twice(case: Case) -> Iterator[Conflict]:
    """Conflicts of quantities that have one value in a plan."""
    for conflict in case.plan.conflicts:
        if conflict.key not in OPEN_TO_SEVERAL and conflict.believed.is_stated:
            yield conflict


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
