"""What DeepSpeed and Megatron-DeepSpeed refuse, and what they have no setting for.

Source: DeepSpeed 0.19, runtime/pipe/engine.py (ZeRO with a pipeline), runtime/engine.py (native experts with ZeRO 3),
moe/layer.py (experts by expert-parallel degree), sequence/layer.py (heads and sequence-parallel ranks); of
Megatron-DeepSpeed core/parallel_state.py (sequence parallelism alone).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stratc.analysis.case import Case
from stratc.analysis.layout.launch import Layout, Problem
from stratc.analysis.layout.legality import uses_ffn
from stratc.backends.deepspeed.versions import SEQUENCE_PARALLEL, splits_sequences
from stratc.backends.dividing import head_size, query_groups, undivided
from stratc.backends.flags import value
from stratc.ir.origin import Known, Unknown

SCHEDULES = ("1f1b", "zb-h1")
PRECISIONS = ("fp32", "tf32", "bf16", "fp16")
DIVIDES = (
    # what is divided, by which degree
    ("heads", "tp"),
    ("kv_heads", "tp"),
    ("ffn_hidden_size", "tp"),
    ("experts", "ep"),
)
OFFLOADS = (
    # key, name in the configuration, the first ZeRO stage that heeds it
    ("strategy.offload_optimizer", "offload_optimizer", 1),
    ("strategy.offload_parameters", "offload_param", 3),
)
NO_SETTING = (
    # key, what has none
    ("model.shared_expert_hidden_size", "shared experts"),
    ("model.kv_lora_rank", "latent attention"),
    ("model.sliding_window", "sliding windows"),
)


def problems(case: Case, layout: Layout) -> Iterator[Problem]:
    """Every check that this layout fails."""
    zero, experts = value(case, "strategy.zero_stage"), value(case, "model.experts")
    if zero and zero.value >= 2 and layout.pp.value > 1:
        message = f"ZeRO stage {zero.value} with {layout.pp.value} pipeline stages: DeepSpeed takes stage 0 or 1 there"
        yield Problem(message, (zero, layout.pp), ("ZeRO stage", "pipeline"))
    if zero and zero.value == 3 and experts:
        message = "ZeRO stage 3 with experts: DeepSpeed's native experts take stage 2 at most"
        yield Problem(message, (zero, experts), ("ZeRO stage", "experts"))
    yield from _sequence(case, layout)
    for key, degree in DIVIDES:
        fact = value(case, f"model.{key}")
        if fact and (key != "ffn_hidden_size" or uses_ffn(case)):
            yield from undivided(key, fact, degree, getattr(layout, degree))
    yield from head_size(case)
    yield from query_groups(case)


def _sequence(case: Case, layout: Layout) -> Iterator[Problem]:
    """Sequence parallelism stands alone, and has a head for every one of its ranks."""
    heads, cp, model = value(case, "model.heads"), layout.cp, layout.tp.value * layout.pp.value
    if cp.value > 1 and model > 1:
        message = (
            f"sequence parallelism of {cp.value} ranks beside tp × pp = {model}: Megatron-DeepSpeed takes it alone"
        )
        yield Problem(message, (cp, layout.tp, layout.pp), ("sequence parallelism", "tp", "pp"))
    if heads and heads.value < cp.value:
        message = f"{heads.value} heads are fewer than {cp.value} sequence-parallel ranks"
        yield Problem(message, (heads, cp), ("heads", "sequence parallelism"))


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
    yield from _on_host(case)
    yield from _expert_layers(case)
    if case.has("model.experts") and layout.expert_tp.value not in (1, layout.tp.value):
        message = (
            f"expert tp {layout.expert_tp.value} beside tp {layout.tp.value}: DeepSpeed has 1 or {layout.tp.value}"
        )
        yield Problem(message, (layout.expert_tp, layout.tp), ("expert tp", "tp"))
    yield from _stages(case)


def _on_host(case: Case) -> Iterator[Problem]:
    """What a ZeRO stage leaves on the device although the configuration asks for the host, without a word."""
    zero = value(case, "strategy.zero_stage")
    stage = zero.value if zero else 0
    for key, _, least in OFFLOADS:
        offloaded = value(case, key)
        if offloaded and offloaded.value and stage < least:
            what = key.rpartition("_")[2]
            message = f"{what} on the host at ZeRO stage {stage}: DeepSpeed moves it from stage {least} on"
            yield Problem(message, (offloaded,), ("stated here",))


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
