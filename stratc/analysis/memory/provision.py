"""What a model takes in memory, whatever the number of devices."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stratc.analysis.memory.setting import amount, element_bytes
from stratc.analysis.model.architecture import architecture
from stratc.analysis.model.parameters import parameter_bounds
from stratc.arith.term import plain
from stratc.cost.memory import MIXED, cache_bytes, layer_cache, model_states, weight_bytes
from stratc.cost.parameters import cached_layers
from stratc.ir.origin import Missing, value_or

if TYPE_CHECKING:
    from stratc.analysis.case import Case

USABLE = 0.9
"""Share of the memory that serving engines fill unless told otherwise: 0.9 in vLLM and TensorRT-LLM, 0.92 in vLLM's
latest releases.  Source: vllm-engine-arguments, gpu-memory-utilization."""


class Need(NamedTuple):
    """Bytes that a model takes whatever the number of devices: one copy of it, and the cache of the full batch."""

    model: float
    cache: float | None  # None where the plan does not say enough
    holds: str = "weights"
    bound: bool = False  # the model is the most that the architecture allows, not a declared size

    @property
    def total(self) -> float:
        """Bytes of both."""
        return self.model + (self.cache or 0.0)


def keeps_states(case: Case) -> bool:
    """Whether a plan gives figures of what only training keeps in memory."""
    return any(case.claims("memory.gradients", "memory.optimizer", "memory.training"))


def speaks_of_training(case: Case) -> bool:
    """Whether a plan that does not say so seems to train: it names training, or what training keeps in memory.

    A word that only training has, alone in a plan for serving, does not make it one.
    """
    said = keeps_states(case) or case.has("strategy.zero_stage") or any(case.mentions("training"))
    return said and value_or(case.plan.workload.phase, "") == "training"


def model_need(case: Case) -> Need:
    """What the model takes, with the larger of declared and counted parameters; raises Missing."""
    case = case.silent
    declared = amount(case, "model.parameters") or 0.0
    try:
        counted = parameter_bounds(case).high
    except Missing:
        if not declared:
            raise
        counted = 0.0
    size, bound = max(declared, counted), counted > declared
    if speaks_of_training(case):
        return Need(plain(model_states(size, MIXED, 1, 0).total), None, "weights, gradients and optimizer state", bound)
    width = element_bytes(case)
    return Need(plain(weight_bytes(size, width)), _cache(case, width), "weights", bound)


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
    layers = cached_layers(shape, shape.layers)
    return plain(cache_bytes(sequences * length, layers, layer_cache(shape, 1, max(width, 1.0))))
