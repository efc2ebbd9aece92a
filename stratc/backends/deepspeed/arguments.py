"""The arguments of Megatron-DeepSpeed, the program beside the configuration.

Flags, types and defaults: deepspeedai/Megatron-DeepSpeed, megatron/arguments.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from stratc.analysis.case import Case
from stratc.analysis.layout.launch import Layout
from stratc.ir.origin import Assumed, Known, value_or

Argument: TypeAlias = tuple[str, Known[Any]]
VALUES = (
    # flag, key of the plan
    ("--num-layers", "model.layers"),
    ("--hidden-size", "model.hidden_size"),
    ("--num-attention-heads", "model.heads"),
)
SWITCHES = (
    # flag, key of the plan, the value that it stands for
    ("--swiglu", "model.gated", True),
    ("--disable-bias-linear", "model.mlp_bias", False),
    ("--untie-embeddings-and-output-weights", "model.tied_embeddings", False),
    ("--use-rotary-position-embeddings", "model.position_embedding", "rope"),
    ("--no-position-embedding", "model.position_embedding", "rope"),
    ("--use-flash-attn-v2", "strategy.attention_kernel", "flash"),
    ("--enable-zbh1-pipeline", "strategy.schedule", "zb-h1"),
)


def arguments(case: Case, layout: Layout, precision: Known[str]) -> tuple[Argument, ...]:
    """The model where it is known, the degrees, and the batch once more."""
    return (
        *_model(case),
        *_degrees(case, layout),
        *_experts(case, layout),
        *_recompute(case),
        ("--micro-batch-size", layout.micro_batch_size),
        ("--global-batch-size", layout.batch_size),
        *([(f"--{precision.value}", _on(precision))] if precision.value in ("bf16", "fp16") else []),
    )


def _on(known: Known[Any]) -> Known[Any]:
    """A switch for the reason of a fact."""
    return Known(True, known.origin)


def _model(case: Case) -> Iterator[Argument]:
    for flag, key in VALUES:
        if case.has(key):
            yield flag, case.known(key)
    heads, groups = (value_or(case.fact(f"model.{name}"), 0) for name in ("heads", "kv_heads"))
    if groups not in (0, heads):
        yield "--num-key-value-heads", case.known("model.kv_heads")
    width = next((key for key in ("model.ffn_hidden_size", "model.expert_hidden_size") if case.has(key)), None)
    if width:
        yield "--ffn-hidden-size", case.known(width)
    if case.has("model.head_dim", "model.heads", "model.hidden_size"):
        size, heads, hidden = (case.known(f"model.{name}") for name in ("head_dim", "heads", "hidden_size"))
        if size.value * heads.value != hidden.value:
            yield "--kv-channels", size
    for flag, key, value in SWITCHES:
        if case.has(key) and case.known(key).value == value:
            yield flag, _on(case.known(key))
    norm = case.fact("model.norm")
    if isinstance(norm, Known) and norm.value.lower() in ("layernorm", "rmsnorm"):
        yield "--normalization", Known(norm.value.lower(), norm.origin)
    length = case.fact("workload.sequence_length")
    if isinstance(length, Known):
        longest = Known(int(length.value.high), length.origin)
        yield from (("--seq-length", longest), ("--max-position-embeddings", longest))


def _degrees(case: Case, layout: Layout) -> Iterator[Argument]:
    yield "--tensor-model-parallel-size", layout.tp
    yield "--pipeline-model-parallel-size", layout.pp
    if layout.pp.value == 1:
        yield "--no-pipeline-parallel", _on(layout.pp)
    if layout.cp.value > 1:
        yield "--ds-sequence-parallel-size", layout.cp
    sequence = case.fact("strategy.sp")
    if isinstance(sequence, Known) and sequence.value > 1 and layout.tp.value > 1:
        yield "--sequence-parallel", _on(sequence)


def _experts(case: Case, layout: Layout) -> Iterator[Argument]:
    """Experts; the program's own default puts them into every second layer only."""
    if not case.has("model.experts"):
        return
    every, capacity = case.fact("model.moe_every"), case.fact("strategy.capacity_factor")
    yield "--num-experts", case.known("model.experts")
    yield "--moe-expert-parallel-size", layout.ep
    yield "--expert-interval", every if isinstance(every, Known) else Known(1, Assumed("experts in every layer"))
    if case.has("model.top_k"):
        yield "--topk", case.known("model.top_k")
    if isinstance(capacity, Known):
        yield "--moe-train-capacity-factor", capacity
    else:
        yield "--disable-moe-token-dropping", Known(True, Assumed("the plan names no capacity"))
    if layout.expert_tp.value > 1:
        yield "--enable-expert-tensor-parallelism", _on(layout.expert_tp)
    zero = case.fact("strategy.zero_stage")
    if isinstance(zero, Known) and zero.value > 0:
        yield "--create-moe-param-group", _on(zero)


def _recompute(case: Case) -> Iterator[Argument]:
    """Whole layers by DeepSpeed's own means, attention alone by the program's."""
    recompute = case.fact("strategy.recompute")
    if not isinstance(recompute, Known):
        return
    if recompute.value == "full":
        yield from (
            ("--checkpoint-activations", _on(recompute)),
            ("--checkpoint-num-layers", Known(1, recompute.origin)),
        )
        yield "--deepspeed-activation-checkpointing", _on(recompute)
    elif recompute.value == "selective":
        yield "--recompute-granularity", recompute
