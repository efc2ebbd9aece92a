"""From a case to Megatron's arguments, or to the reasons why there are none."""

from __future__ import annotations

from stratc.analysis.case import Case
from stratc.analysis.launch import Layout, Problem, layout
from stratc.backends.megatron.arguments import (
    ExpertArguments,
    MegatronArguments,
    ModelArguments,
    ParallelArguments,
    RunArguments,
    Setting,
)
from stratc.backends.megatron.checks import problems
from stratc.backends.notices import CHOSEN, NEEDS_FACT, OTHER_USE, REFUSES, remark
from stratc.backends.uniform import uneven
from stratc.diagnostics.diagnostic import Diagnostic
from stratc.ir.origin import Assumed, Known, Missing, Unknown

NEEDED = ("model.layers", "model.hidden_size", "model.heads")
POSITIONS = {"learned": "learned_absolute", "rope": "rope", "alibi": "none"}
NORMS = {"layernorm": "LayerNorm", "rmsnorm": "RMSNorm"}
SHARDING = {2: "optim_grads", 3: "optim_grads_params"}


def lower(case: Case) -> tuple[MegatronArguments | None, tuple[Diagnostic, ...]]:
    """The arguments and remarks on them, or None and the refusals."""
    missing = [key for key in NEEDED if isinstance(case.fact(key), Unknown)]
    missing += [] if _length(case) else ["workload.sequence_length"]
    try:
        found = layout(case)
    except Missing as error:
        return None, _needs(case, [*missing, error.key])
    refusals = [*uneven(case, "Megatron")]
    if isinstance(found, Problem):
        refusals.append(remark(REFUSES, found.message, *found.places, labels=found.labels))
    else:
        refusals += [remark(REFUSES, p.message, *p.places, labels=p.labels) for p in problems(case, found)]
    if missing:
        refusals += _needs(case, missing)
    kept = tuple(each for each in refusals if each)
    if isinstance(found, Problem) or kept or missing:
        return None, kept
    arguments = MegatronArguments(
        model=_model(case),
        experts=_experts(case),
        parallel=_parallel(case, found),
        run=_run(case, found),
        world=found.world,
        per_node=Known(found.used_per_node, found.per_node.origin),
        nodes=found.nodes,
    )
    return arguments, tuple(each for each in _remarks(case, found) if each)


def _needs(case: Case, keys: list[str]) -> tuple[Diagnostic, ...]:
    """One notice for all keys that are missing, at the first place of the plan."""
    names = ", ".join(f"`{key}`" for key in dict.fromkeys(keys))
    first = next((known for _, known in case.plan.facts() if known.spans()), None)
    found = remark(
        NEEDS_FACT, f"Megatron cannot start without {names}, which the plan does not give", *filter(None, [first])
    )
    return (found,) if found else ()


def _value(case: Case, key: str) -> Setting:
    fact = case.fact(key)
    return fact if isinstance(fact, Known) else None


def _when(setting: Setting, value: object, shown: object = True) -> Setting:
    """The setting as another value where it has this one; else nothing."""
    return Known(shown, setting.origin) if setting is not None and setting.value == value else None


def _renamed(setting: Setting, names: dict[str, str]) -> Setting:
    if setting is None or str(setting.value).lower() not in names:
        return None
    return Known(names[str(setting.value).lower()], setting.origin)


def _length(case: Case) -> Setting:
    """The longest sequence: prompt and output together where the plan gives those."""
    for key in ("workload.sequence_length", "workload.prompt_length"):
        fact = case.fact(key)
        if isinstance(fact, Known):
            return Known(int(fact.value.high), fact.origin)
    return None


def _model(case: Case) -> ModelArguments:
    heads, kv, width = (_value(case, f"model.{name}") for name in ("heads", "kv_heads", "hidden_size"))
    grouped = kv if kv and heads and kv.value != heads.value else None
    latent = _when(_value(case, "model.attention"), "mla")
    size = _value(case, "model.head_dim")
    odd = size if size and heads and width and size.value * heads.value != width.value else None
    length, rows = _length(case), _value(case, "model.position_rows")
    gated = _when(_value(case, "model.gated"), True)
    return ModelArguments(
        num_layers=_value(case, "model.layers"),
        hidden_size=width,
        num_attention_heads=heads,
        kv_channels=None if latent else odd,
        group_query_attention=Known(True, grouped.origin) if grouped and not latent else None,
        num_query_groups=None if latent else grouped,
        ffn_hidden_size=_value(case, "model.ffn_hidden_size") or _value(case, "model.expert_hidden_size"),
        swiglu=gated,
        disable_bias_linear=_when(_value(case, "model.mlp_bias"), False) or gated or _biases_against_etp(case),
        add_qkv_bias=_when(_value(case, "model.qkv_bias"), True),
        qk_layernorm=_when(_value(case, "model.qk_norm"), True),
        normalization=_renamed(_value(case, "model.norm"), NORMS),
        position_embedding_type=_renamed(_value(case, "model.position_embedding"), POSITIONS),
        untie_embeddings_and_output_weights=_when(_value(case, "model.tied_embeddings"), False),
        seq_length=length,
        max_position_embeddings=rows if rows and length and rows.value >= length.value else length,
        multi_latent_attention=latent,
        q_lora_rank=_value(case, "model.q_lora_rank") if latent else None,
        kv_lora_rank=_value(case, "model.kv_lora_rank") if latent else None,
        qk_head_dim=_value(case, "model.qk_nope_head_dim") if latent else None,
        qk_pos_emb_head_dim=_value(case, "model.qk_rope_head_dim") if latent else None,
        v_head_dim=_value(case, "model.v_head_dim") if latent else None,
    )


def _biases_against_etp(case: Case) -> Setting:
    """Megatron refuses biases in experts that are split; without experts its default stands."""
    if _value(case, "model.experts") and _value(case, "model.mlp_bias") is None:
        return Known(True, Assumed("Megatron's experts are split only without biases"))
    return None


def _experts(case: Case) -> ExpertArguments:
    experts = _value(case, "model.experts")
    if experts is None:
        return ExpertArguments()
    capacity = _value(case, "strategy.capacity_factor")
    return ExpertArguments(
        num_experts=experts,
        moe_router_topk=_value(case, "model.top_k"),
        moe_ffn_hidden_size=_value(case, "model.expert_hidden_size"),
        moe_shared_expert_intermediate_size=_value(case, "model.shared_expert_hidden_size"),
        moe_layer_freq=_layer_pattern(case),
        moe_expert_capacity_factor=capacity,
        moe_router_load_balancing_type=Known("aux_loss", capacity.origin) if capacity else None,
        moe_token_dispatcher_type=Known("alltoall", experts.origin),
        moe_grouped_gemm=Known(True, experts.origin),
    )


def _layer_pattern(case: Case) -> Setting:
    """Which layers have experts, as Megatron's pattern: leading dense layers, or every n-th layer."""
    dense, every = _value(case, "model.dense_layers"), _value(case, "model.moe_every")
    layers = _value(case, "model.layers")
    if dense and layers and dense.value and every is None:
        return Known(f"([0]*{dense.value}+[1]*{layers.value - dense.value})", dense.origin)
    return every if every and every.value > 1 else None


def _parallel(case: Case, layout: Layout) -> ParallelArguments:
    experts = _value(case, "model.experts")
    split = layout.tp.value > 1
    sequence = _value(case, "strategy.sp")
    wanted = sequence if sequence and sequence.value > 1 else experts
    zero = _value(case, "strategy.zero_stage")
    sharded = zero if zero and zero.value in SHARDING else None
    recompute = _value(case, "strategy.recompute")
    full = _when(recompute, "full", "uniform")
    return ParallelArguments(
        tensor_model_parallel_size=layout.tp,
        sequence_parallel=Known(True, wanted.origin) if split and wanted else None,
        pipeline_model_parallel_size=layout.pp,
        pipeline_model_parallel_layout=_stages(case),
        num_virtual_stages_per_pipeline_rank=layout.vpp if layout.vpp.value > 1 else None,
        context_parallel_size=layout.cp if layout.cp.value > 1 else None,
        expert_model_parallel_size=layout.ep if experts else None,
        expert_tensor_parallel_size=layout.expert_tp if experts else None,
        use_distributed_optimizer=_when(zero, 1) or (Known(True, sharded.origin) if sharded else None),
        use_megatron_fsdp=Known(True, sharded.origin) if sharded else None,
        data_parallel_sharding_strategy=Known(SHARDING[sharded.value], sharded.origin) if sharded else None,
        ckpt_format=Known("fsdp_dtensor", sharded.origin) if sharded else None,
        recompute_granularity=recompute if recompute and recompute.value != "none" else None,
        recompute_method=full,
        recompute_num_layers=Known(1, full.origin) if full else None,
    )


def _stages(case: Case) -> Setting:
    """A layout string where the plan gives stages unequal numbers of layers."""
    placed = [stage for stage in case.strategy.stages if stage.value.layers]
    counts = [last - first + 1 for stage in placed if stage.value.layers for first, last in [stage.value.layers]]
    if len(set(counts)) < 2 or len(placed) != len(case.strategy.stages):
        return None
    text = "|".join(f"t*{count}" for count in counts)
    return Known(f"E{text}L", placed[0].origin)


def _run(case: Case, layout: Layout) -> RunArguments:
    precision = _value(case, "model.precision")
    brain = _when(precision, "bf16") or _when(precision, "fp8")
    default = Known(True, Assumed("the plan names no precision; bf16 is usual")) if precision is None else None
    return RunArguments(
        micro_batch_size=layout.micro_batch_size,
        global_batch_size=layout.batch_size,
        bf16=brain or default,
        fp16=_when(precision, "fp16"),
        fp8_format=_when(precision, "fp8", "hybrid"),
    )


def _remarks(case: Case, layout: Layout) -> list[Diagnostic | None]:
    """What was chosen where the plan leaves it open, and what the target is not made for."""
    found: list[Diagnostic | None] = []
    phase, length = case.fact("workload.phase"), case.fact("workload.sequence_length")
    if isinstance(phase, Known) and phase.value == "inference":
        found.append(remark(OTHER_USE, "the plan serves a model; pretrain_gpt.py trains one", phase))
    if isinstance(length, Known) and length.value.is_range:
        message = f"sequences of {length.value.low:.0f} to {length.value.high:.0f} tokens: the upper end was written"
        found.append(remark(CHOSEN, message, length))
    experts = case.fact("model.experts")
    if isinstance(experts, Known) and isinstance(case.fact("model.top_k"), Unknown):
        found.append(remark(CHOSEN, "no top-k is stated: Megatron's default of 2 experts a token applies", experts))
    width = case.fact("model.hidden_size")
    dense = isinstance(case.fact("model.ffn_hidden_size"), Unknown) and isinstance(experts, Unknown)
    if dense and isinstance(width, Known):
        found.append(
            remark(CHOSEN, "no feed-forward size is stated: Megatron's default follows the hidden size", width)
        )
    if isinstance(layout.micro_batch_size.origin, Assumed):
        message = f"no micro-batch size is stated: 1 was written, {layout.micro_batches.value} micro-batches a step"
        found.append(remark(CHOSEN, message, layout.batch_size))
    return found
