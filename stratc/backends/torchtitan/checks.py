"""What torchtitan refuses, and what it has no setting for.

Source: torchtitan 0.2.2, distributed/parallel_dims.py (meshes), train.py (batch), distributed/pipeline_parallel.py
(stages and schedules), models/*/infra/parallelize.py (sequence).
"""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.launch import Layout, Problem
from stratc.backends.flags import length, value
from stratc.backends.torchtitan.config import FLAVOURS, SCHEDULES, TWO_A_RANK, Flavour
from stratc.ir.origin import Assumed, Known

PRECISIONS = ("bf16", "fp32", "tf32", "fp8")


def flavour(case: Case) -> Flavour | None:
    """The registered model that has the plan's shape; a vocabulary that is known must be its own."""
    shape = [value(case, f"model.{key}") for key in ("layers", "hidden_size", "heads")]
    experts, words = value(case, "model.experts"), value(case, "model.vocab_size")
    for each in FLAVOURS:
        same = [known is not None and known.value for known in shape] == [each.layers, each.hidden_size, each.heads]
        if same and (experts.value if experts else 0) == each.experts and (not words or words.value == each.vocab_size):
            return each
    return None


def stages(case: Case, layout: Layout) -> int:
    """Stages of the whole pipeline, virtual ones included."""
    schedule = value(case, "strategy.schedule")
    each = 2 if schedule and schedule.value in TWO_A_RANK and layout.pp.value > 1 else layout.vpp.value
    return layout.pp.value * each


def sharding(case: Case, layout: Layout) -> Known[int]:
    """The ZeRO stage that data parallelism follows: as stated, 3 where experts or other degrees want shards, else 0."""
    stated, model = value(case, "strategy.zero_stage"), layout.tp.value * layout.pp.value
    if layout.ep.value > 1 and not (stated and stated.value):
        return Known(3, Assumed("experts stand on sharded data parallelism"))
    if stated is None and layout.dp.value > 1 and model > 1 and layout.cp.value == 1:
        return Known(3, Assumed("whole copies stand beside no other parallelism"))
    return stated or Known(0, Assumed("the plan names no ZeRO stage"))


def problems(case: Case, layout: Layout) -> Iterator[Problem]:
    """Every check that this layout fails."""
    zero, model = sharding(case, layout), layout.tp.value * layout.pp.value
    if not zero.value and layout.dp.value > 1 and model > 1 and layout.cp.value == 1:
        message = (
            f"dp {layout.dp.value} of ZeRO stage 0 beside {model} of tp × pp: torchtitan copies whole models alone"
        )
        yield Problem(message, (zero, layout.dp, layout.tp, layout.pp), ("ZeRO stage", "dp", "tp", "pp"))
    for key, degree, name in (("heads", layout.tp, "tp"), ("kv_heads", layout.tp, "tp"), ("experts", layout.ep, "ep")):
        fact = value(case, f"model.{key}")
        if fact and fact.value % degree.value and not (key == "kv_heads" and case.has("model.kv_lora_rank")):
            words = key.replace("_", " ")
            message = f"{fact.value} {words} do not divide by {name} {degree.value}"
            yield Problem(message, (fact, degree), (words, name))
    longest, share = length(case), 2 * layout.tp.value * layout.cp.value
    if longest and share > 2 and longest.value % share:
        message = f"sequence length {longest.value} does not divide by tp {layout.tp.value} × 2 × cp {layout.cp.value}"
        yield Problem(message, (longest, layout.tp, layout.cp), ("sequence length", "tp", "cp"))
    if layout.pp.value > 1 and layout.micro_batches.value < stages(case, layout):
        message = f"{layout.micro_batches.value} micro-batches for {stages(case, layout)} stages"
        yield Problem(message, (layout.micro_batches, layout.pp), ("micro-batches", "stages"))
    yield from _expert_mesh(layout)
    yield from _layers(case, layout)


def _expert_mesh(layout: Layout) -> Iterator[Problem]:
    """Experts stand on ranks of sharded data and context parallelism, and on those of tp where they are not split."""
    ep, etp, tp = layout.ep.value, layout.expert_tp.value, layout.tp.value
    if ep == 1:
        return
    if etp not in (1, tp):
        message = f"expert tp {etp} beside tp {tp}: torchtitan takes 1 or {tp}"
        yield Problem(message, (layout.expert_tp, layout.tp), ("expert tp", "tp"))
        return
    inner = layout.cp.value * (1 if etp == tp else tp)
    ranks = layout.dp.value * inner
    if ep % inner or ranks % ep:
        message = f"ep {ep} is no multiple of the {inner} inner ranks, or does not divide all {ranks}"
        yield Problem(message, (layout.ep, layout.tp, layout.dp), ("ep", "tp", "dp"))


def _layers(case: Case, layout: Layout) -> Iterator[Problem]:
    layers, count = value(case, "model.layers"), stages(case, layout)
    if layers and count > layout.pp.value and layers.value % count and not case.strategy.stages:
        message = f"{layers.value} layers do not divide by {count} stages"
        yield Problem(message, (layers, layout.pp), ("layers", "pp"))


def inexpressible(case: Case, layout: Layout) -> Iterator[Problem]:
    """What the plan asks for and torchtitan has no setting for."""
    schedule, precision = value(case, "strategy.schedule"), value(case, "model.precision")
    if schedule and layout.pp.value > 1 and schedule.value not in SCHEDULES:
        yield Problem(f"torchtitan has no {schedule.value} schedule", (schedule,), ("stated here",))
    if precision and precision.value not in PRECISIONS:
        yield Problem(f"torchtitan does not train in {precision.value}", (precision,), ("stated here",))
    zero, hidden = value(case, "strategy.zero_stage"), value(case, "model.hidden_size")
    if zero and zero.value == 1:
        message = "ZeRO stage 1: torchtitan shards gradients and parameters as well, or nothing"
        yield Problem(message, (zero,), ("stated here",))
    if hidden and flavour(case) is None:
        message = f"no model of torchtitan has this shape; it trains its own ({', '.join(_known())})"
        yield Problem(message, (hidden,), ("the model",))


def _known() -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.name for each in FLAVOURS))
