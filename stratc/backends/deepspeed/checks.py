"""What DeepSpeed and Megatron-DeepSpeed refuse, and what they have no setting for.

Source: DeepSpeed 0.19, runtime/pipe/engine.py (ZeRO with a pipeline), runtime/engine.py (native experts with ZeRO 3),
moe/layer.py (experts by expert-parallel degree), sequence/layer.py (heads by sequence-parallel degree).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stratc.analysis.case import Case
from stratc.analysis.launch import Layout, Problem
from stratc.backends.deepspeed.versions import SEQUENCE_PARALLEL, splits_sequences
from stratc.ir.origin import Known, Unknown

SCHEDULES = ("1f1b", "zb-h1")
PRECISIONS = ("fp32", "tf32", "bf16", "fp16")
NO_SETTING = (
    # key, what has none
    ("model.shared_expert_hidden_size", "shared experts"),
    ("model.kv_lora_rank", "latent attention"),
)


def problems(case: Case, layout: Layout) -> Iterator[Problem]:
    """Every check that this layout fails."""
    zero, experts, heads = (case.fact(key) for key in ("strategy.zero_stage", "model.experts", "model.heads"))
    if isinstance(zero, Known) and zero.value >= 2 and layout.pp.value > 1:
        message = f"ZeRO stage {zero.value} with {layout.pp.value} pipeline stages: DeepSpeed takes stage 0 or 1 there"
        yield Problem(message, (zero, layout.pp), ("ZeRO stage", "pipeline"))
    stage = zero.value if isinstance(zero, Known) else 0
    for key, what, least in (("offload_optimizer", "the optimizer", 1), ("offload_parameters", "parameters", 3)):
        offloaded = case.fact(f"strategy.{key}")
        if isinstance(offloaded, Known) and offloaded.value and stage < least:
            message = f"{what} on the host at ZeRO stage {stage}: DeepSpeed takes it from stage {least} on"
            yield Problem(message, (offloaded,), ("stated here",))
    if isinstance(zero, Known) and zero.value == 3 and isinstance(experts, Known):
        message = "ZeRO stage 3 with experts: DeepSpeed's native experts take stage 2 at most"
        yield Problem(message, (zero, experts), ("ZeRO stage", "experts"))
    if isinstance(experts, Known) and experts.value % layout.ep.value:
        message = f"{experts.value} experts do not divide by ep {layout.ep.value}"
        yield Problem(message, (experts, layout.ep), ("experts", "ep"))
    if isinstance(heads, Known) and heads.value % (layout.tp.value * layout.cp.value):
        message = f"{heads.value} heads do not divide by tp {layout.tp.value} × sequence-parallel {layout.cp.value}"
        yield Problem(message, (heads, layout.tp, layout.cp), ("heads", "tp", "sequence-parallel"))


def inexpressible(case: Case, layout: Layout, version: str) -> Iterator[Problem]:
    """What the plan asks for and there is no setting for."""
    yield from _outside(case, "strategy.schedule", SCHEDULES, "DeepSpeed's pipeline has the schedule 1f1b")
    yield from _outside(case, "model.precision", PRECISIONS, "DeepSpeed's configuration has BF16 and FP16")
    yield from _outside(
        case, "model.position_embedding", ("learned", "rope"), "Megatron-DeepSpeed has no such positions"
    )
    if layout.vpp.value > 1:
        yield Problem(f"vpp {layout.vpp.value}: DeepSpeed's pipeline has no virtual stages", (layout.vpp,), ("here",))
    if layout.cp.value > 1 and not splits_sequences(version):
        message = f"cp {layout.cp.value}: DeepSpeed {version} ignores it (since {SEQUENCE_PARALLEL})"
        yield Problem(message, (layout.cp,), ("here",))
    for key, what in NO_SETTING:
        fact = case.fact(key)
        if isinstance(fact, Known):
            yield Problem(f"Megatron-DeepSpeed has no setting for {what}", (fact,), ("stated here",))
    yield from _expert_layers(case)
    yield from _stages(case)


def _outside(case: Case, key: str, known: tuple[str, ...], has: str) -> Iterator[Problem]:
    fact = case.fact(key)
    if isinstance(fact, Known) and str(fact.value).lower() not in known:
        yield Problem(f"{key.partition('.')[2].replace('_', ' ')}: {has}", (fact,), ("stated here",))


def _expert_layers(case: Case) -> Iterator[Problem]:
    """Leading dense layers, and experts of another width than the dense blocks."""
    dense, width, wide = (
        case.fact(f"model.{key}") for key in ("dense_layers", "expert_hidden_size", "ffn_hidden_size")
    )
    if isinstance(case.fact("model.experts"), Unknown):
        return
    if isinstance(dense, Known) and dense.value and not case.has("model.moe_every"):
        message = f"{dense.value} dense layers: Megatron-DeepSpeed puts experts into every n-th layer only"
        yield Problem(message, (dense,), ("stated here",))
    if isinstance(width, Known) and isinstance(wide, Known) and width.value != wide.value:
        message = (
            f"experts of {width.value} beside blocks of {wide.value}: Megatron-DeepSpeed has one feed-forward size"
        )
        yield Problem(message, (width, wide), ("experts", "dense blocks"))


def _stages(case: Case) -> Iterator[Problem]:
    placed: list[Known[Any]] = [stage for stage in case.strategy.stages if stage.value.layers]
    if len({last - first for stage in placed for first, last in [stage.value.layers]}) > 1:
        message = "stages with unequal numbers of layers: DeepSpeed divides layers by itself"
        yield Problem(message, (placed[0],), ("the first of them",))
