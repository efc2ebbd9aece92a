"""What a model needs to be held for serving, against what all the devices together can hold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stratc.analysis.architecture import architecture
from stratc.analysis.parameters import parameter_bounds
from stratc.analysis.setting import amount, element_bytes
from stratc.arith.term import plain
from stratc.cost.memory import cache_bytes, layer_cache, weight_bytes
from stratc.ir.origin import Missing

if TYPE_CHECKING:
    from stratc.analysis.case import Case


@dataclass(frozen=True, slots=True)
class Need:
    """Bytes of one copy of the weights and of the cache of the full batch; None where the plan does not say enough."""

    weights: float
    cache: float | None
    bound: bool = False  # the weights are the most that the architecture allows, not a declared size

    @property
    def total(self) -> float:
        """Bytes of both."""
        return self.weights + (self.cache or 0.0)


def serving_need(case: Case) -> Need:
    """What serving the model takes, with the larger of declared and counted parameters; raises Missing."""
    case = replace(case, explain=False)
    width = element_bytes(case)
    declared = amount(case, "model.parameters") or 0.0
    try:
        counted = parameter_bounds(case).high
    except Missing:
        if not declared:
            raise
        counted = 0.0
    return Need(plain(weight_bytes(max(declared, counted), width)), _cache(case, width), counted > declared)


def _cache(case: Case, width: float) -> float | None:
    """Keys and values of all sequences at their full length."""
    sequences, length = amount(case, "workload.batch_size"), amount(case, "workload.sequence_length")
    if length is None and case.has("workload.prompt_length"):
        length = (amount(case, "workload.prompt_length") or 0.0) + (amount(case, "workload.output_length") or 0.0)
    if sequences is None or length is None:
        return None
    try:
        shape = architecture(case).shape
    except Missing:
        return None
    return plain(cache_bytes(sequences * length, plain(shape.layers), layer_cache(shape, 1, max(width, 1.0))))
