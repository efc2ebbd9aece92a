"""How the model is divided, with every degree that the plan leaves unsaid filled in and named."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING

from stratc.analysis.frameworks.stack import stack_of
from stratc.analysis.model.architecture import Assumption, architecture
from stratc.arith.term import plain
from stratc.cost.shape import Shape
from stratc.ir.origin import Known, Missing
from stratc.record import Record, dataclass

if TYPE_CHECKING:
    from stratc.analysis.case import Case


MOST_STAGES = 4096  # no model has more layers; a larger figure was misread


MOST_LAYERS = 100_000  # beyond it a number of layers is a slip, and not worth a list


ENDS = 3  # modules of a model beside its layers: embedding, final norm, output layer


DEGREES = ("tp", "pp", "dp", "ep", "cp", "expert_tp", "vpp")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Division(Record):
    """Degrees as plain numbers; `layers` holds dense layers and layers with experts of every stage."""

    tp: int
    pp: int
    dp: int
    ep: int
    cp: int
    expert_tp: int
    vpp: int
    zero: int
    schedule: str
    layers: tuple[tuple[int, int], ...]
    assumed: tuple[Assumption, ...] = ()

    @property
    def end(self) -> int:
        """The device that ends the model: the last one, or the first where stages go there and back again.

        Source: qi-2023, section 6 (ZB-V).
        """
        return 0 if self.schedule == "zb-v" else len(self.layers) - 1

    @property
    def expert_dp(self) -> float:
        """Replicas of an expert: data-, context- and tensor-parallel devices that hold the same one."""
        return max(1.0, self.dp * self.cp * self.tp / (self.ep * self.expert_tp))


def division(case: Case) -> Division:
    """The degrees of the plan; raises Missing where layers or the architecture are not said."""
    return case.once(_division)


def _division(case: Case) -> Division:
    assumed: list[Assumption] = []
    tp, pp, cp = (_degree(case, name, assumed) for name in ("tp", "pp", "cp"))
    ep = _degree(case, "ep", assumed) if case.has("model.experts") else 1
    shape, vpp = architecture(case).shape, _said(case, "vpp") or 1
    dp = _replicas(case, tp * pp * cp, assumed)
    return Division(
        tp=tp,
        pp=pp,
        dp=dp,
        ep=ep,
        cp=cp,
        expert_tp=_expert_tp(case, tp, ep, tp * cp * dp),
        vpp=vpp,
        zero=_zero(case),
        schedule=_schedule(case),
        layers=_stages(case, shape, pp, vpp),
        assumed=tuple(assumed),
    )


def _said(case: Case, name: str) -> int | None:
    fact = case.fact(f"strategy.{name}")
    return int(fact.value) if isinstance(fact, Known) else None


def _degree(case: Case, name: str, assumed: list[Assumption]) -> int:
    said = _said(case, name)
    if said is None:
        assumed.append(Assumption(f"strategy.{name}", 1, "not named"))
    return max(1, said or 1)


def _replicas(case: Case, used: int, assumed: list[Assumption]) -> int:
    said = _said(case, "dp")
    if said:
        return said
    devices = _said(case, "device_count")
    fact = case.fact("hardware.device_count")
    if devices is None and isinstance(fact, Known):
        devices = int(fact.value)
    found = max(1, (devices or used) // used)
    assumed.append(Assumption("strategy.dp", found, "the devices that the other degrees leave"))
    return found


def _expert_tp(case: Case, tp: int, ep: int, ranks: int) -> int:
    """The tensor-parallel degree of experts, unless said otherwise: of one stage's ranks all must be dealt to them.

    Megatron divides experts like everything else; serving engines do not beside ep.
    """
    said = _said(case, "expert_tp")
    if said:
        return said
    phase = case.fact("workload.phase")
    training = isinstance(phase, Known) and phase.value == "training"
    return first_holding(ranks, ep, (tp, 1)) or tp if training or ep == 1 else 1


def first_holding(ranks: int, ep: int, degrees: Iterable[int]) -> int | None:
    """The first of several tensor-parallel degrees of experts with which the ranks of a stage hold whole sets of them.

    >>> first_holding(8, 8, (4, 1))
    1
    """
    return next((each for each in degrees if ranks % (ep * each) == 0), None)


def _zero(case: Case) -> int:
    return _said(case, "zero_stage") or 0


def _schedule(case: Case) -> str:
    fact = case.fact("strategy.schedule")
    return str(fact.value) if isinstance(fact, Known) else "1f1b"


def _stages(case: Case, shape: Shape, pp: int, vpp: int) -> tuple[tuple[int, int], ...]:
    """Dense layers and layers with experts of every stage; chunk n of an interleaved pipeline is on stage n mod pp."""
    layers, moe = int(plain(shape.layers)), int(plain(shape.moe_layers))
    if not 0 < layers <= MOST_LAYERS:
        raise Missing("model.layers")
    if pp * vpp > MOST_STAGES:
        raise Missing("strategy.pp")
    bounds = _placed(case, layers, pp, vpp) or _spread(layers, pp * vpp, uniform=stack_of(case).uniform)
    chunks = [(stop - start, _with_experts(start, stop, layers, moe, shape.dense_first)) for start, stop in bounds]
    held = [chunks[stage::pp] for stage in range(pp)]
    return tuple((sum(n - e for n, e in stage), sum(e for _, e in stage)) for stage in held)


def _spread(layers: int, stages: int, *, uniform: bool = False) -> list[tuple[int, int]]:
    """Layers spread evenly; where only two are lacking, embedding and output layer count as one each.

    So do Megatron-Core (account-for-embedding-in-pipeline-split) and the published 126 layers of Llama 3.1 405B.
    """
    if uniform and stages > 1:
        return _counted(layers, stages)
    if layers % stages and not (layers + 2) % stages:
        size = (layers + 2) // stages
        return [(max(0, n * size - 1), min(layers, (n + 1) * size - 1)) for n in range(stages)]
    return [(layers * n // stages, layers * (n + 1) // stages) for n in range(stages)]


def _counted(layers: int, stages: int) -> list[tuple[int, int]]:
    """Modules spread evenly, the first stages holding one more: embedding, layers, final norm, output layer.

    >>> _counted(40, 4)
    [(0, 10), (10, 21), (21, 32), (32, 40)]

    Source: aleph-alpha-scaling.
    """
    size, more = divmod(layers + ENDS, stages)
    bounds = [n * size + min(n, more) - 1 for n in range(stages + 1)]
    places = [min(max(0, bound), layers) for bound in bounds]
    return list(pairwise(places))


def _placed(case: Case, layers: int, pp: int, vpp: int) -> list[tuple[int, int]]:
    """First and one past the last layer of every stage or chunk, counted from 0, where the plan places all of them."""
    spans = [known.value.layers for known in case.strategy.stages]
    found = sorted({span for span in spans if span is not None})
    empty = [span is None for span in spans] if len(spans) == pp * vpp > pp else []
    if not found or len(found) + sum(empty) not in (pp, pp * vpp) or (not empty and None in spans):
        return []
    base = found[0][0]
    bounds = [(first - base, last - base + 1) for first, last in found]
    joined = all(before[1] == after[0] for before, after in pairwise(bounds))
    if not joined or bounds[-1][1] != layers:
        return []
    return _with_empty(bounds, empty) if any(empty) else bounds


def _with_empty(bounds: list[tuple[int, int]], empty: list[bool]) -> list[tuple[int, int]]:
    """The same with the chunks that hold no layer, such as the embedding alone, in their places."""
    rest, at = iter(bounds), 0
    found = []
    for bare in empty:
        start, at = (at, at) if bare else next(rest)
        found.append((start, at))
    return found


def _with_experts(start: int, stop: int, layers: int, moe: int, dense_first: bool) -> int:
    """How many of the layers from `start` to before `stop` have experts."""
    if dense_first:
        return max(0, stop - max(start, layers - moe))
    return stop * moe // layers - start * moe // layers
