"""From a case to Megatron's arguments, or to the reasons why there are none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import TypeVar

from stratc.analysis.case import Case
from stratc.analysis.layout.launch import Layout, Problem, layout
from stratc.analysis.model.architecture import settled
from stratc.backends.backend import USUAL, Options
from stratc.backends.flags import Setting, flag_of, length, settings, value, when
from stratc.backends.megatron.arguments import (
    ExpertArguments,
    MegatronArguments,
    ModelArguments,
    ParallelArguments,
    RunArguments,
)
from stratc.backends.megatron.checks import inexpressible, problems, splits_sequence
from stratc.backends.megatron.network import experts, network
from stratc.backends.megatron.stages import Split, split
from stratc.backends.megatron.versions import SINCE, VERSIONS, knows, release
from stratc.backends.notices import CANNOT_EXPRESS, CHOSEN, OTHER_USE, REFUSES, judged, needs, remark, told
from stratc.backends.uniform import uneven
from stratc.diagnostics.diagnostic import Diagnostic
from stratc.ir.origin import Assumed, Derived, Known, Missing, Unknown

NEEDED = ("model.layers", "model.hidden_size", "model.heads")
FSDP = "--use-megatron-fsdp"
ETP = "--expert-tensor-parallel-size"
G = TypeVar("G", ModelArguments, ExpertArguments, ParallelArguments, RunArguments)
SHARDING = {2: "optim_grads", 3: "optim_grads_params"}


def lower(
    case: Case, options: Options = USUAL, program: str = "pretrain_gpt.py"
) -> tuple[MegatronArguments | None, tuple[Diagnostic, ...]]:
    """The arguments and remarks on them, or None and the refusals.  Raises UsageError for an unknown version."""
    version = release(options.version)
    missing = [key for key in NEEDED if isinstance(case.fact(key), Unknown)]
    missing += [] if length(case) else ["workload.sequence_length"]
    interleaved = when(value(case, "strategy.schedule"), "interleaved")
    missing += ["strategy.vpp"] if interleaved and not case.has("strategy.vpp") else []
    try:
        found, case = layout(case), settled(case)
    except Missing as error:
        return None, needs(case, "Megatron", [*missing, error.key])
    judgements = [*uneven(case, "Megatron"), *needs(case, "Megatron", missing)]
    if isinstance(found, Problem):
        return None, judged([*judgements, told(REFUSES, found)], options)[0]
    judgements += [told(REFUSES, each) for each in problems(case, found, version)]
    judgements += [told(CANNOT_EXPRESS, each) for each in inexpressible(case, found)]
    arguments, reasons = (None, []) if missing else _arguments(case, found, version)
    refusals, remarks = judged([*judgements, *reasons], options)
    if arguments is None or refusals:
        return None, refusals
    return arguments, (*remarks, *(each for each in _remarks(case, arguments, found, program) if each))


def _arguments(case: Case, layout: Layout, version: str) -> tuple[MegatronArguments | None, list[Diagnostic | None]]:
    """The arguments, and why they are none or less than the plan asks for."""
    stages = split(case, layout, version)
    if isinstance(stages, Problem):
        return None, [told(REFUSES, stages)]
    wanted = MegatronArguments(
        model=network(case, version),
        experts=experts(case, version),
        parallel=_parallel(case, layout, stages, version),
        run=_run(case, layout),
        world=layout.world,
        per_node=Known(layout.used_per_node, layout.per_node.origin),
        nodes=layout.nodes,
        axes=layout.axes,
        version=version,
    )
    written = [setting for _, group in wanted.groups for setting in settings(group)]
    unknown = [(flag, known) for flag, known in written if not knows(version, flag)]
    return _fitted(wanted), [remark(CANNOT_EXPRESS, _since(flag, version), known) for flag, known in unknown]


def _fitted(arguments: MegatronArguments) -> MegatronArguments:
    """The arguments without the flags that their release does not have."""
    return replace(
        arguments,
        model=_known(arguments.model, arguments.version),
        experts=_known(arguments.experts, arguments.version),
        parallel=_known(arguments.parallel, arguments.version),
        run=_known(arguments.run, arguments.version),
    )


def _known(group: G, version: str) -> G:
    """A group without the flags that a release does not have."""
    absent = [field.name for field in fields(group) if not knows(version, flag_of(field.name))]
    return replace(group, **dict.fromkeys(absent, None))


def _since(flag: str, version: str) -> str:
    return f"Megatron-Core {version} has no `{flag}` (since {SINCE.get(flag, VERSIONS[0])})"


def _parallel(case: Case, layout: Layout, stages: Split, version: str) -> ParallelArguments:
    moe, zero = value(case, "model.experts"), value(case, "strategy.zero_stage")
    offloaded = when(value(case, "strategy.offload_optimizer"), True)
    sequence = splits_sequence(case, layout)
    sharded = zero if zero and zero.value in SHARDING else None
    renamed = sharded is not None and knows(version, "--use-custom-fsdp")
    recompute = value(case, "strategy.recompute")
    full = when(recompute, "full", "uniform")
    split_experts = layout.expert_tp if moe and (knows(version, ETP) or layout.tp.value > 1) else None
    return ParallelArguments(
        tensor_model_parallel_size=layout.tp,
        sequence_parallel=Known(True, sequence.origin) if sequence else None,
        pipeline_model_parallel_size=layout.pp,
        pipeline_model_parallel_layout=stages.layout,
        decoder_first_pipeline_num_layers=stages.first,
        decoder_last_pipeline_num_layers=stages.last,
        account_for_embedding_in_pipeline_split=stages.ends,
        account_for_loss_in_pipeline_split=stages.ends,
        num_virtual_stages_per_pipeline_rank=stages.virtual,
        num_layers_per_virtual_pipeline_stage=stages.virtual_layers,
        context_parallel_size=layout.cp if layout.cp.value > 1 else None,
        expert_model_parallel_size=layout.ep if moe else None,
        expert_tensor_parallel_size=split_experts,
        use_distributed_optimizer=when(zero, 1) or (Known(True, sharded.origin) if sharded else None) or offloaded,
        optimizer_cpu_offload=offloaded,
        use_precision_aware_optimizer=offloaded,
        use_megatron_fsdp=Known(True, sharded.origin) if sharded and not renamed else None,
        use_custom_fsdp=Known(True, sharded.origin) if sharded and renamed else None,
        data_parallel_sharding_strategy=Known(SHARDING[sharded.value], sharded.origin) if sharded else None,
        ckpt_format=Known("fsdp_dtensor", sharded.origin) if sharded and knows(version, FSDP) else None,
        recompute_granularity=recompute if recompute and recompute.value != "none" else None,
        recompute_method=full,
        recompute_num_layers=Known(1, full.origin) if full else None,
    )


def _run(case: Case, layout: Layout) -> RunArguments:
    precision = value(case, "model.precision")
    narrow = when(precision, "bf16") or when(precision, "fp8") or when(precision, "fp4")
    default = Known(True, Assumed("the plan names no precision; bf16 is usual")) if precision is None else None
    return RunArguments(
        micro_batch_size=layout.micro_batch_size,
        global_batch_size=layout.batch_size,
        bf16=narrow or default,
        fp16=when(precision, "fp16"),
        fp8_format=when(precision, "fp8", "hybrid"),
        fp4_format=when(precision, "fp4", "e2m1"),
    )


def _remarks(case: Case, arguments: MegatronArguments, layout: Layout, program: str) -> Iterator[Diagnostic | None]:
    """What was chosen where the plan leaves it open, and what the target is not made for."""
    phase, longest = value(case, "workload.phase"), value(case, "workload.sequence_length")
    if phase and phase.value == "inference":
        yield remark(OTHER_USE, f"the plan serves a model; {program} trains one", phase)
    if longest and longest.value.is_range:
        message = f"sequences of {longest.value.low:.0f} to {longest.value.high:.0f} tokens: the upper end was written"
        yield remark(CHOSEN, message, longest)
    moe = value(case, "model.experts")
    if moe and not case.has("model.top_k"):
        yield remark(CHOSEN, "no top-k is stated: Megatron's default of 2 experts a token applies", moe)
    if moe and arguments.parallel.sequence_parallel and not _is_on(value(case, "strategy.sp")):
        message = f"experts under tp {layout.tp.value} need sequence parallelism in Megatron: it was switched on"
        yield remark(CHOSEN, message, layout.tp, moe, labels=("tp", "experts"))
    if moe is None and not case.has("model.ffn_hidden_size"):
        message = "no feed-forward size is stated: Megatron's default follows the hidden size"
        yield remark(CHOSEN, message, case.known("model.hidden_size"))
    if isinstance(layout.micro_batch_size.origin, Assumed):
        message = f"no micro-batch size is stated: 1 was written, {layout.micro_batches.value} micro-batches a step"
        yield remark(CHOSEN, message, layout.batch_size)
    ends = arguments.parallel.account_for_loss_in_pipeline_split
    if ends and isinstance(ends.origin, Derived):
        yield remark(CHOSEN, f"the stages are even {ends.origin.by}", layout.pp)


def _is_on(sequence: Setting) -> bool:
    return sequence is not None and sequence.value > 1
