"""What training with Adam keeps of a model between steps, and the range that recipes of mixed precision leave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from stratc.analysis.said.values import number_of
from stratc.arith.term import Term, lift, plain
from stratc.cost.memory import MIXED, Recipe, model_states
from stratc.ir.origin import Assumed, Known, Missing, value_or

if TYPE_CHECKING:
    from stratc.analysis.case import Case
    from stratc.arith.term import Number

_LEAN = Recipe(weight=2, gradient=2, optimizer=8)  # no master weights
_FULL = Recipe(weight=4, gradient=4, optimizer=12)  # gradients and a second copy of the weights in FP32
_SPLITTING = ("tensor_parallel", "pipeline_parallel")
WEIGHTS_TOO = 3  # the stage of ZeRO that shards them


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
    if not stage and shards_weights(case):
        stage = WEIGHTS_TOO
    share: Number = case.number("model.parameters")
    for key in ("strategy.tp", "strategy.pp"):
        share = share / case.number(key) if number_of(case, key) > 1 else share
    return _states(share, _replicas(case) if stage else 1, stage)


def shards_weights(case: Case) -> bool:
    """Whether a plan shards weights over its replicas: by ZeRO, in words, or by FSDP with no lower stage stated."""
    stage, framework = case.fact("strategy.zero_stage"), str(value_or(case.strategy.framework, ""))
    if value_or(stage, 0) >= WEIGHTS_TOO or any(case.mentions("sharded_weights")):
        return True
    return "fsdp" in framework.casefold() and not (isinstance(stage, Known) and stage.is_stated)


def ways_of_sharding(case: Case, stage: int, *, whole: bool, device: bool) -> Iterator[Term]:
    """The parameters whose state a figure may count, the stage of ZeRO that divides this state given.

    Of a device: what tensor and pipeline parallelism leave, over the replicas where the plan's ZeRO goes so far;
    both where it does not say.  None where a degree that splits the model is left open.
    """
    parameters = case.number("model.parameters")
    if device and _tells_split(case):
        share: Number = parameters
        for key in ("strategy.tp", "strategy.pp"):
            share = share / case.number(key) if number_of(case, key) > 1 else share
        said = WEIGHTS_TOO if shards_weights(case) else value_or(case.fact("strategy.zero_stage"), None)
        if said is None or said < stage:
            yield lift(share)
        if said is None or said >= stage:
            yield lift(share / _replicas(case))
            if number_of(case, "strategy.cp") > 1:
                yield lift(share / (_replicas(case) * case.number("strategy.cp")))
    if whole:
        yield lift(parameters)


def _tells_split(case: Case) -> bool:
    """Whether the plan says over how many devices the model is split, if only that its replicas are all there is."""
    split = [case.fact(f"strategy.{name}") for name in ("tp", "pp")]
    if all(isinstance(each, Known) and not isinstance(each.origin, Assumed) for each in split):
        return True
    copies = case.fact("strategy.dp")
    alone = isinstance(copies, Known) and copies.is_stated and not any(case.mentions(*_SPLITTING))
    return alone or any(isinstance(each, Known) and each.is_stated for each in split)


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
