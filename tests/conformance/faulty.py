"""Plans with one fact that does not fit the others, and their arguments as a person would write them down."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from random import Random
from typing import Any

from stratc.analysis.case import Case
from stratc.backends.registry import backend
from stratc.config import Config
from stratc.diagnostics.diagnostic import Severity
from stratc.ir.values import Extent
from stratc.pipeline import check
from stratc.text.source import Source
from tests.conformance.deepspeed import Job
from tests.conformance.plans import EVERY, Kinds, case_of, plans

ODD: dict[str, tuple[Any, ...]] = {
    "model.layers": (7, 13, 25),
    "model.heads": (6, 15),
    "model.kv_heads": (3, 5),
    "model.ffn_hidden_size": (4097, 4098),
    "model.experts": (6, 9, 15),
    "strategy.device_count": (9, 28, 100),
    "strategy.ep": (3, 12, 64),
    "strategy.expert_tp": (3, 16),
    "strategy.vpp": (5, 7),
    "workload.batch_size": (3, 50, 77),
    "workload.sequence_length": (Extent(2047, 2047), Extent(2050, 2050)),
}
VALUES = (
    # argument, key
    ("--num-layers", "model.layers"),
    ("--hidden-size", "model.hidden_size"),
    ("--num-attention-heads", "model.heads"),
    ("--kv-channels", "model.head_dim"),
    ("--num-query-groups", "model.kv_heads"),
    ("--ffn-hidden-size", "model.ffn_hidden_size"),
    ("--num-experts", "model.experts"),
    ("--moe-router-topk", "model.top_k"),
    ("--moe-ffn-hidden-size", "model.expert_hidden_size"),
    ("--moe-shared-expert-intermediate-size", "model.shared_expert_hidden_size"),
    ("--tensor-model-parallel-size", "strategy.tp"),
    ("--pipeline-model-parallel-size", "strategy.pp"),
    ("--context-parallel-size", "strategy.cp"),
    ("--expert-model-parallel-size", "strategy.ep"),
    ("--expert-tensor-parallel-size", "strategy.expert_tp"),
    ("--global-batch-size", "workload.batch_size"),
)
NO_REFUSAL = ("TG001", "TG003", "IN105")
"""What has no setting in a target cannot be handed to it; a stage of no layers is no range."""
ALWAYS = ("--bf16", "--vocab-size", "51200", "--disable-bias-linear", "--position-embedding-type", "rope")


def faulty(number: int, seed: int = 7, kinds: Kinds = EVERY) -> Iterator[Case]:
    """This many plans, always the same ones: those of the grid with one fact changed to an odd value."""
    random = Random(seed)
    for case in plans(number, seed, kinds):
        facts = {key: known.value for key, known in case.plan.facts()}
        if facts.get("model.attention") == "mla":
            continue
        key = random.choice([each for each in ODD if each in facts])
        yield case_of(facts | {key: random.choice(ODD[key])})


FOREIGN: tuple[tuple[str, Any], ...] = (
    ("strategy.schedule", "dualpipe"),
    ("model.position_embedding", "alibi"),
    ("model.precision", "int8"),
)
"""What neither Megatron nor DeepSpeed has a setting for."""


def foreign(number: int, kinds: Kinds = EVERY) -> Iterator[Case]:
    """This many plans that ask for something which the targets of training have not."""
    for case, (key, value) in zip(plans(number, 11, kinds), cycle(FOREIGN), strict=False):
        yield case_of({each: known.value for each, known in case.plan.facts()} | {key: value})


def plain_arguments(case: Case) -> list[str]:
    """The arguments that say what the plan says, whether they fit together or not."""
    facts = {key: known.value for key, known in case.plan.facts()}
    found = [text for flag, key in VALUES if key in facts for text in (flag, str(facts[key]))]
    length = str(int(facts["workload.sequence_length"].high))
    found += ["--seq-length", length, "--max-position-embeddings", length]
    found += ["--micro-batch-size", str(facts.get("workload.micro_batch_size", 1))]
    found += ["--group-query-attention"] if "model.kv_heads" in facts else []
    found += ["--moe-router-pre-softmax"] if facts.get("model.top_k") == 1 else []
    layers, dense = facts["model.layers"], facts.get("model.dense_layers", 0)
    found += ["--moe-layer-freq", f"([0]*{dense}+[1]*{layers - dense})"] if dense else []
    vpp = facts.get("strategy.vpp", 1)
    found += ["--num-virtual-stages-per-pipeline-rank", str(vpp)] if vpp > 1 else []
    sequence = facts["strategy.tp"] > 1 and ("strategy.sp" in facts or "model.experts" in facts)
    return [*found, *ALWAYS, *(["--sequence-parallel"] if sequence else [])]


def plain_job(case: Case) -> Job:
    """The configuration of DeepSpeed that says what the plan says, whether it fits together or not."""
    facts = {key: known.value for key, known in case.plan.facts()}
    hosts = (("offload_optimizer", "offload_optimizer"), ("offload_param", "offload_parameters"))
    device = {"device": "cpu"}
    sharding = {name: device for name, key in hosts if facts.get(f"strategy.{key}")}
    config: dict[str, Any] = {
        "train_batch_size": facts["workload.batch_size"],
        "train_micro_batch_size_per_gpu": facts.get("workload.micro_batch_size", 1),
        "zero_optimization": {"stage": facts.get("strategy.zero_stage", 0), **sharding},
    }
    precision = facts.get("model.precision", "bf16")
    config |= {precision: {"enabled": True}} if precision != "fp32" else {}
    degrees = {name: facts.get(f"strategy.{key}", 1) for name, key in (("tp", "tp"), ("pp", "pp"), ("sp", "cp"))}
    config |= {"sequence_parallel_size": degrees["sp"]} if degrees["sp"] > 1 else {}
    return Job(
        config,
        facts["strategy.device_count"],
        **degrees,
        layers=facts["model.layers"],
        heads=facts["model.heads"],
        experts=facts.get("model.experts", 0),
        top_k=facts.get("model.top_k", 1),
        ep=facts.get("strategy.ep", 1),
        expert_tp=facts.get("strategy.expert_tp", 1),
    )


def errors(case: Case, target: str) -> list[str]:
    """What is an error of a plan for a target: refusals of the backend, and what lint calls one."""
    (document,) = backend("strat").emit(case, lambda _: "").artefacts
    linted = check(Source("plan.strat", document.text), Config(target=target)).diagnostics
    found = (*backend(target).emit(case, lambda _: "").diagnostics, *linted)
    kept = (each for each in found if each.severity is Severity.ERROR and each.rule.code not in NO_REFUSAL)
    return [each.message for each in kept]
