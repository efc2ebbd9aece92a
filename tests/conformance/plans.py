"""Many plans by a fixed seed: models of every kind under strategies of every kind, sound and not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from stratc.analysis.case import Case
from stratc.ir.origin import Known, Stated
from stratc.ir.plan import plan_of
from stratc.ir.values import Extent, StageSpan
from stratc.text.span import Span

DENSE = {"model.hidden_size": 1024, "model.heads": 16, "model.ffn_hidden_size": 4096, "model.vocab_size": 51200}
NETWORKS: tuple[dict[str, Any], ...] = (
    {**DENSE, "model.position_embedding": "learned", "model.norm": "LayerNorm"},
    {**DENSE, "model.kv_heads": 4, "model.gated": True, "model.norm": "RMSNorm", "model.position_embedding": "rope"},
    {**DENSE, "model.head_dim": 128, "model.kv_heads": 8, "model.gated": True, "model.qkv_bias": True},
    {**DENSE, "model.gated": True, "model.tied_embeddings": False, "model.qk_norm": True, "model.kv_heads": 1},
    {
        **DENSE,
        "model.attention": "mla",
        "model.q_lora_rank": 384,
        "model.kv_lora_rank": 128,
        "model.qk_nope_head_dim": 64,
        "model.qk_rope_head_dim": 32,
        "model.v_head_dim": 64,
        "model.position_embedding": "rope",
        "model.norm": "RMSNorm",
    },
)
EXPERTS: tuple[dict[str, Any], ...] = (
    {},
    {"model.experts": 16, "model.top_k": 2, "model.expert_hidden_size": 1024},
    {"model.experts": 8, "model.top_k": 1, "model.expert_hidden_size": 2048, "strategy.capacity_factor": 1.25},
    {
        "model.experts": 32,
        "model.top_k": 4,
        "model.expert_hidden_size": 512,
        "model.shared_expert_hidden_size": 1024,
        "model.dense_layers": 2,
    },
)
CHOICES: dict[str, tuple[Any, ...]] = {
    "model.layers": (24, 24, 32, 30, 62),
    "strategy.tp": (1, 2, 4, 8),
    "strategy.pp": (1, 1, 2, 4, 8),
    "strategy.cp": (1, 1, 1, 2),
    "dp": (1, 2, 4, 8),
    "strategy.vpp": (1, 1, 1, 2, 3),
    "strategy.zero_stage": (None, None, 0, 1, 1, 2, 3),
    "strategy.recompute": (None, "none", "selective", "full"),
    "strategy.attention_kernel": (None, None, None, "flash"),
    "sequence parallel": (False, False, True),
    "model.precision": ("bf16", "bf16", "fp16", "fp32", None),
    "strategy.ep": (1, 2, 4, 8, 16),
    "strategy.expert_tp": (None, None, 1),
    "workload.micro_batch_size": (None, 1, 2),
    "micro-batches": (1, 4, 8, 16),
    "strategy.offload_optimizer": (None, None, None, True),
    "uneven": (False, False, False, True),
}


@dataclass(frozen=True)
class Kinds:
    """What plans are drawn from: networks, experts and what every plan chooses."""

    networks: tuple[dict[str, Any], ...]
    experts: tuple[dict[str, Any], ...]
    choices: dict[str, tuple[Any, ...]]


EVERY = Kinds(NETWORKS, EXPERTS, CHOICES)
SAME_WIDTH: tuple[dict[str, Any], ...] = (
    {},
    {},
    {"model.experts": 16, "model.top_k": 2},
    {"model.experts": 8, "model.top_k": 1, "strategy.capacity_factor": 1.25, "model.moe_every": 2},
)
PLAIN = Kinds(
    NETWORKS[:4],
    SAME_WIDTH,
    CHOICES
    | {
        "strategy.vpp": (1,),
        "strategy.pp": (1, 1, 1, 2, 4),
        "strategy.cp": (1, 1, 1, 1, 1, 2),
        "strategy.zero_stage": (None, 0, 1, 1, 1, 2, 3),
        "strategy.offload_optimizer": (None, None, None, None, True),
        "strategy.offload_parameters": (*[None] * 7, True),
        "strategy.expert_tp": (None, 1),
        "uneven": (False,),
    },
)
"""What DeepSpeed has settings for, in combinations that it takes and others."""


LLAMA = {
    "model.hidden_size": 4096,
    "model.heads": 32,
    "model.kv_heads": 8,
    "model.ffn_hidden_size": 14336,
    "model.vocab_size": 128256,
    "model.gated": True,
    "model.tied_embeddings": False,
    "model.norm": "RMSNorm",
    "model.position_embedding": "rope",
}
TITAN = Kinds(
    (LLAMA,),
    ({},),
    CHOICES
    | {
        "model.layers": (32,),
        "strategy.zero_stage": (None, 0, 2, 3),
        "strategy.vpp": (1, 1, 2),
        "strategy.offload_optimizer": (None,),
        "model.precision": ("bf16", "bf16", "fp32", None),
        "uneven": (False,),
    },
)
"""A model that torchtitan has, in layouts that it takes and others."""


def stated(value: Any, line: int = 0) -> Known[Any]:
    """A fact that a document states."""
    return Known(value, Stated((Span("plan.strat", line, line + 1),)))


def case_of(facts: dict[str, Any], counts: tuple[int, ...] = ()) -> Case:
    """A case in which every fact is stated on a line of its own; `counts` are the layers of each stage."""
    plan = plan_of({key: stated(value, line) for line, (key, value) in enumerate(facts.items())})
    stages, first = [], 0
    for index, count in enumerate(counts):
        stages.append(stated(StageSpan(index, (first, first + count - 1)), 100 + index))
        first += count
    return Case(replace(plan, strategy=replace(plan.strategy, stages=tuple(stages))))


def plans(number: int, seed: int = 5, kinds: Kinds = EVERY) -> Iterator[Case]:
    """This many plans, always the same ones."""
    random = Random(seed)
    for _ in range(number):
        yield _plan(random, kinds)


def _plan(random: Random, kinds: Kinds) -> Case:
    chosen = {key: random.choice(values) for key, values in kinds.choices.items()}
    facts = {key: value for key, value in chosen.items() if "." in key and value is not None}
    experts = random.choice(kinds.experts)
    facts |= random.choice(kinds.networks) | experts
    if not experts:
        facts = {key: value for key, value in facts.items() if key not in ("strategy.ep", "strategy.expert_tp")}
    tp, pp, cp, dp = chosen["strategy.tp"], chosen["strategy.pp"], chosen["strategy.cp"], chosen["dp"]
    size = chosen["workload.micro_batch_size"] or 1
    facts |= {
        "strategy.device_count": tp * pp * cp * dp,
        "workload.batch_size": chosen["micro-batches"] * size * dp,
        "workload.sequence_length": Extent(2048, 2048),
        "workload.phase": chosen.get("workload.phase", "training"),
    }
    if chosen["sequence parallel"] and tp > 1:
        facts["strategy.sp"] = tp
    return case_of(facts, _counts(random, chosen) if chosen["uneven"] and pp > 1 else ())


def _counts(random: Random, chosen: dict[str, Any]) -> tuple[int, ...]:
    """Layers of each stage: fewer at the ends, or one moved from one stage to another."""
    stages, layers = chosen["strategy.pp"] * random.choice((1, chosen["strategy.vpp"])), chosen["model.layers"]
    counts = [layers // stages] * stages
    counts[stages // 2] += layers % stages
    taken, given = random.sample(range(stages), 2)
    counts[taken], counts[given] = counts[taken] - 1, counts[given] + 1
    return tuple(counts)
