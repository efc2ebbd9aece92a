"""Plans with one fact that does not fit the others, and their arguments as a person would write them down."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from stratc.analysis.case import Case
from stratc.ir.values import Extent
from tests.conformance.plans import case_of, plans

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
ALWAYS = ("--bf16", "--vocab-size", "51200", "--disable-bias-linear", "--position-embedding-type", "rope")


def faulty(number: int, seed: int = 7) -> Iterator[Case]:
    """This many plans, always the same ones: those of the grid with one fact changed to an odd value."""
    random = Random(seed)
    for case in plans(number, seed):
        facts = {key: known.value for key, known in case.plan.facts()}
        if facts.get("model.attention") == "mla":
            continue
        key = random.choice([each for each in ODD if each in facts])
        yield case_of(facts | {key: random.choice(ODD[key])})


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
