"""What training with Adam keeps of a model between steps, and the range that recipes of mixed precision leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stratc.analysis.values import number_of
from stratc.arith.term import Term, lift, plain
from stratc.cost.memory import MIXED, Recipe, model_states
from stratc.ir.origin import Missing, value_or

if TYPE_CHECKING:
    from stratc.analysis.case import Case
    from stratc.arith.term import Number

_LEAN = Recipe(weight=2, gradient=2, optimizer=8)  # no master weights
_FULL = Recipe(weight=4, gradient=4, optimizer=12)  # gradients and a second copy of the weights in FP32
_WEIGHTS_TOO = 3  # the stage of ZeRO that shards them


class States(NamedTuple):
    """Bytes of weights, gradients and optimizer state: as usual, and the least and most."""

    usual: Term
    low: float
    high: float


def whole_states(case: Case) -> States:
    """Of the whole model, held once.  Raises Missing where the parameters are not said."""
    return _states(case.number("model.parameters"), 1, 0)


def device_states(case: Case) -> States:
    """Of one device, as tensor and pipeline parallelism and ZeRO divide them.

    Raises Missing where experts are divided apart from the rest, and where nobody says over how many replicas ZeRO
    shards.
    """
    if number_of(case, "strategy.ep") > 1:
        raise Missing("strategy.ep")
    stage = int(value_or(case.fact("strategy.zero_stage"), 0))
    if not stage and any(case.mentions("sharded_weights")):
        stage = _WEIGHTS_TOO
    share: Number = case.number("model.parameters")
    for key in ("strategy.tp", "strategy.pp"):
        share = share / case.number(key) if number_of(case, key) > 1 else share
    return _states(share, _replicas(case) if stage else 1, stage)


def _states(parameters: Number, replicas: Number, stage: int) -> States:
    usual = lift(model_states(parameters, MIXED, replicas, stage).total)
    ends = [plain(model_states(parameters, each, replicas, stage).total) for each in (_LEAN, _FULL)]
    return States(usual, min(ends), max(ends))


def _replicas(case: Case) -> Number:
    if case.has("strategy.dp"):
        return case.number("strategy.dp")
    held = number_of(case, "strategy.tp") * number_of(case, "strategy.pp")
    devices = case.number("strategy.device_count")
    return devices / held if held > 1 else devices
