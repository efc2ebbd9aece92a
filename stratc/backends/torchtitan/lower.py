"""From a case to torchtitan's configuration, or to the reasons why there is none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stratc.analysis.case import Case
from stratc.analysis.layout.launch import Layout, Problem, layout
from stratc.backends.backend import Options
from stratc.backends.flags import length, renamed, value
from stratc.backends.notices import CANNOT_EXPRESS, CHOSEN, OTHER_USE, REFUSES, judged, needs, remark, told
from stratc.backends.torchtitan.checks import flavour, inexpressible, problems, sharding, stages
from stratc.backends.torchtitan.config import MANY_A_RANK, SCHEDULES, Section, TitanJob
from stratc.backends.uniform import uneven
from stratc.diagnostics.diagnostic import Diagnostic
from stratc.ir.origin import Assumed, Derived, Known, Missing

PARAMETERS = {"bf16": "bfloat16", "fp8": "bfloat16", "fp32": "float32", "tf32": "float32"}


def lower(case: Case, options: Options) -> tuple[TitanJob | None, tuple[Diagnostic, ...]]:
    """The job and remarks on it, or None and the refusals."""
    missing = [] if length(case) else ["workload.sequence_length"]
    missing += [] if case.has("model.hidden_size") else ["model.hidden_size"]
    try:
        found = layout(case)
    except Missing as error:
        return None, needs(case, "torchtitan", [*missing, error.key])
    judgements = [*uneven(case, "torchtitan"), *needs(case, "torchtitan", missing)]
    if isinstance(found, Problem):
        return None, judged([*judgements, told(REFUSES, found)], options)[0]
    judgements += [told(REFUSES, each) for each in problems(case, found)]
    judgements += [told(CANNOT_EXPRESS, each) for each in inexpressible(case, found)]
    refusals, kept = judged(judgements, options)
    if refusals or missing:
        return None, refusals
    sections = (
        ("model", tuple(_model(case))),
        ("training", tuple(_training(case, found))),
        ("parallelism", (*_degrees(case, found), *_pipeline(case, found))),
        ("activation_checkpoint", tuple(_recompute(case))),
    )
    job = TitanJob(sections, found.world, Known(found.used_per_node, found.per_node.origin), found.nodes)
    return job, (*kept, *(each for each in _remarks(case, found) if each))


def _model(case: Case) -> Iterator[tuple[str, Known[Any]]]:
    chosen, hidden = flavour(case), case.known("model.hidden_size")
    if chosen:
        yield from (("name", Known(chosen.name, hidden.origin)), ("flavor", Known(chosen.flavour, hidden.origin)))
    precision = value(case, "model.precision")
    if precision and precision.value == "fp8":
        yield "converters", Known(["quantize.linear.float8"], precision.origin)


def _training(case: Case, layout: Layout) -> Iterator[tuple[str, Known[Any]]]:
    """A pipeline cuts the local batch into micro-batches; without one they are steps of accumulation."""
    size, count = layout.micro_batch_size, layout.micro_batches
    local = Known(size.value * count.value, Derived("micro-batch size × micro-batches", (size, count)))
    yield "local_batch_size", local if layout.pp.value > 1 else size
    yield "global_batch_size", layout.batch_size
    longest = length(case)
    if longest:
        yield "seq_len", longest
    usual = Known("bfloat16", Assumed("the plan names no precision; bf16 is usual"))
    yield "mixed_precision_param", renamed(value(case, "model.precision"), PARAMETERS) or usual


def _degrees(case: Case, layout: Layout) -> Iterator[tuple[str, Known[Any]]]:
    """Sharded data parallelism for ZeRO, which experts and other degrees need as well; copies otherwise.

    ZeRO stage 3 frees parameters after the forward pass; unless said, torchtitan does so without a pipeline only.
    """
    zero, one = sharding(case, layout), Known(1, Assumed("all replicas are of the other kind"))
    yield "data_parallel_replicate_degree", one if zero.value else layout.dp
    yield "data_parallel_shard_degree", layout.dp if zero.value else one
    freed, usual = ("always" if zero.value == 3 else "never"), ("always" if layout.pp.value == 1 else "never")
    if zero.value and freed != usual:
        yield "fsdp_reshard_after_forward", Known(freed, zero.origin)
    yield "tensor_parallel_degree", layout.tp
    yield "context_parallel_degree", layout.cp
    yield "pipeline_parallel_degree", layout.pp
    if layout.ep.value > 1:
        yield from (("expert_parallel_degree", layout.ep), ("expert_tensor_parallel_degree", layout.expert_tp))


def _pipeline(case: Case, layout: Layout) -> Section:
    if layout.pp.value == 1:
        return ()
    usual = Known("1F1B" if layout.vpp.value == 1 else "Interleaved1F1B", layout.vpp.origin)
    found: list[tuple[str, Known[Any]]] = [
        ("pipeline_parallel_schedule", renamed(value(case, "strategy.schedule"), SCHEDULES) or usual),
        ("pipeline_parallel_microbatch_size", layout.micro_batch_size),
    ]
    placed = _parts(case)
    layers, count = value(case, "model.layers"), stages(case, layout)
    usual_count = layout.pp.value * (2 if found[0][1].value in MANY_A_RANK else 1)
    if placed:
        found.append(("module_fqns_per_model_part", placed))
    elif layers and layers.value % count == 0:
        none = Known(0, Assumed("the embedding and the output layer count for nothing"))
        if count != usual_count:
            found.append(("pipeline_parallel_layers_per_stage", Known(layers.value // count, layers.origin)))
        found += [(f"pipeline_parallel_{end}_stage_less_layers", none) for end in ("first", "last")]
    return tuple(found)


def _parts(case: Case) -> Known[Any] | None:
    """The modules of every stage where the plan gives stages unequal numbers of layers."""
    ends = [stage.value.layers for stage in case.strategy.stages]
    counts = [last - first + 1 for each in ends if each for first, last in [each]]
    if len(counts) != len(ends) or len(set(counts)) < 2:
        return None
    parts, start = [], 0
    for count in counts:
        parts.append([f"layers.{number}" for number in range(start, start + count)])
        start += count
    whole = [["tok_embeddings", *parts[0]], *parts[1:-1], [*parts[-1], "norm", "output"]]
    return Known(whole, case.strategy.stages[0].origin)


def _recompute(case: Case) -> Iterator[tuple[str, Known[Any]]]:
    stated = value(case, "strategy.recompute")
    yield "mode", stated or Known("none", Assumed("the plan names no recomputation"))
    if stated and stated.value == "selective":
        yield "selective_ac_option", Known("op", stated.origin)


def _remarks(case: Case, layout: Layout) -> Iterator[Diagnostic | None]:
    phase, zero = value(case, "workload.phase"), sharding(case, layout)
    if phase and phase.value == "inference":
        yield remark(OTHER_USE, "the plan serves a model; torchtitan trains one", phase)
    if isinstance(zero.origin, Assumed) and zero.value:
        message = f"{zero.origin.because} in torchtitan: dp {layout.dp.value} shards parameters"
        yield remark(CHOSEN, message, layout.ep if layout.ep.value > 1 else layout.dp)
    if isinstance(layout.micro_batch_size.origin, Assumed):
        message = f"no micro-batch size is stated: 1 was written, {layout.micro_batches.value} micro-batches a step"
        yield remark(CHOSEN, message, layout.batch_size)
