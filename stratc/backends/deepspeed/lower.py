"""From a case to DeepSpeed's configuration, or to the reasons why there is none.

Conditions: DeepSpeed 0.19, runtime/config.py (batch triple), runtime/pipe/engine.py (ZeRO with a pipeline),
moe/layer.py (experts by expert-parallel degree).
"""

from __future__ import annotations

from typing import Any

from stratc.analysis.case import Case
from stratc.analysis.launch import Layout, Problem, layout
from stratc.backends.deepspeed.config import DeepSpeedConfig, DeepSpeedJob
from stratc.backends.notices import CHOSEN, NEEDS_FACT, OTHER_USE, REFUSES, remark
from stratc.backends.uniform import uneven
from stratc.diagnostics.diagnostic import Diagnostic
from stratc.ir.origin import Assumed, Known, Missing, Unknown

ARGUMENTS = (
    # Megatron-DeepSpeed's flag, key of the plan
    ("--num-layers", "model.layers"),
    ("--hidden-size", "model.hidden_size"),
    ("--num-attention-heads", "model.heads"),
    ("--ffn-hidden-size", "model.ffn_hidden_size"),
    ("--num-key-value-heads", "model.kv_heads"),
)


def lower(case: Case) -> tuple[DeepSpeedJob | None, tuple[Diagnostic, ...]]:
    """The job and remarks on it, or None and the refusals."""
    try:
        found = layout(case)
    except Missing as error:
        first = next((known for _, known in case.plan.facts() if known.spans()), None)
        message = f"DeepSpeed cannot be configured without `{error.key}`, which the plan does not give"
        notice = remark(NEEDS_FACT, message, first) if first else None
        return None, (notice,) if notice else ()
    refusals = [*uneven(case, "DeepSpeed")]
    if isinstance(found, Problem):
        refusals.append(remark(REFUSES, found.message, *found.places, labels=found.labels))
        return None, tuple(each for each in refusals if each)
    refusals += _refusals(case, found)
    kept = tuple(each for each in refusals if each)
    if kept:
        return None, kept
    return _job(case, found), tuple(each for each in _remarks(case, found) if each)


def _refusals(case: Case, layout: Layout) -> list[Diagnostic | None]:
    found: list[Diagnostic | None] = []
    zero, experts = case.fact("strategy.zero_stage"), case.fact("model.experts")
    if isinstance(zero, Known) and zero.value >= 2 and layout.pp.value > 1:
        message = f"ZeRO stage {zero.value} with {layout.pp.value} pipeline stages: DeepSpeed takes stage 0 or 1 there"
        found.append(remark(REFUSES, message, zero, layout.pp, labels=("ZeRO stage", "pipeline")))
    if isinstance(zero, Known) and zero.value == 3 and isinstance(experts, Known):
        message = "ZeRO stage 3 with experts: DeepSpeed's native experts take stage 2 at most"
        found.append(remark(REFUSES, message, zero, experts, labels=("ZeRO stage", "experts")))
    if isinstance(experts, Known) and experts.value % layout.ep.value:
        message = f"{experts.value} experts do not divide by ep {layout.ep.value}"
        found.append(remark(REFUSES, message, experts, layout.ep, labels=("experts", "ep")))
    return found


def _job(case: Case, layout: Layout) -> DeepSpeedJob:
    zero, recompute = case.fact("strategy.zero_stage"), case.fact("strategy.recompute")
    config = DeepSpeedConfig(
        train_batch_size=layout.batch_size,
        train_micro_batch_size_per_gpu=layout.micro_batch_size,
        gradient_accumulation_steps=layout.micro_batches,
        zero_stage=zero if isinstance(zero, Known) else Known(0, Assumed("the plan names no ZeRO stage")),
        precision=_precision(case),
        stages=layout.pp,
        recompute=recompute if isinstance(recompute, Known) and recompute.value != "none" else None,
        sequence_parallel_size=layout.cp,
    )
    return DeepSpeedJob(config, _arguments(case, layout), layout.nodes, layout.used_per_node, layout.world)


def _precision(case: Case) -> Known[str]:
    """bf16 stands in for fp8, which DeepSpeed leaves to the model's own layers."""
    fact = case.fact("model.precision")
    if isinstance(fact, Unknown):
        return Known("bf16", Assumed("the plan names no precision; bf16 is usual"))
    return Known("bf16", fact.origin) if fact.value == "fp8" else fact


def _arguments(case: Case, layout: Layout) -> tuple[tuple[str, Known[Any]], ...]:
    """Megatron-DeepSpeed's arguments: the model where it is known, the degrees, and the batch once more."""
    found: list[tuple[str, Known[Any]]] = []
    for flag, key in ARGUMENTS:
        fact = case.fact(key)
        if isinstance(fact, Known):
            found.append((flag, fact))
    expert = case.fact("model.expert_hidden_size")
    if isinstance(expert, Known) and not case.has("model.ffn_hidden_size"):
        found.append(("--ffn-hidden-size", expert))
    length = case.fact("workload.sequence_length")
    if isinstance(length, Known):
        longest = Known(int(length.value.high), length.origin)
        found += [("--seq-length", longest), ("--max-position-embeddings", longest)]
    found += [("--tensor-model-parallel-size", layout.tp), ("--pipeline-model-parallel-size", layout.pp)]
    if layout.pp.value == 1:
        found.append(("--no-pipeline-parallel", Known(True, layout.pp.origin)))
    if layout.cp.value > 1:
        found.append(("--ds-sequence-parallel-size", layout.cp))
    found += _expert_arguments(case, layout)
    found += [("--micro-batch-size", layout.micro_batch_size), ("--global-batch-size", layout.batch_size)]
    precision = _precision(case)
    if precision.value in ("bf16", "fp16"):
        found.append((f"--{precision.value}", Known(True, precision.origin)))
    return tuple(found)


def _expert_arguments(case: Case, layout: Layout) -> list[tuple[str, Known[Any]]]:
    experts, top_k = case.fact("model.experts"), case.fact("model.top_k")
    if isinstance(experts, Unknown):
        return []
    found: list[tuple[str, Known[Any]]] = [("--num-experts", experts), ("--moe-expert-parallel-size", layout.ep)]
    if isinstance(top_k, Known):
        found.append(("--topk", top_k))
    if layout.expert_tp.value > 1:
        found.append(("--enable-expert-tensor-parallelism", Known(True, layout.expert_tp.origin)))
    return found


def _remarks(case: Case, layout: Layout) -> list[Diagnostic | None]:
    found: list[Diagnostic | None] = []
    phase, precision = case.fact("workload.phase"), case.fact("model.precision")
    if isinstance(phase, Known) and phase.value == "inference":
        found.append(remark(OTHER_USE, "the plan serves a model; a DeepSpeed engine trains one", phase))
    if isinstance(precision, Known) and precision.value == "fp8":
        message = "DeepSpeed's configuration has no FP8: bf16 was written, the model's own layers must use FP8"
        found.append(remark(CHOSEN, message, precision))
    if isinstance(layout.micro_batch_size.origin, Assumed):
        message = f"no micro-batch size is stated: 1 was written, {layout.micro_batches.value} accumulation steps"
        found.append(remark(CHOSEN, message, layout.batch_size))
    return found
