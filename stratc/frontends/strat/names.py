"""What the names of the strategy language stand for: keys, metrics, words, and what people write instead of them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import Enum

from stratc.arith.unit import (
    BYTE,
    BYTE_RATE,
    COUNT,
    FLOP_RATE,
    PARAMETER,
    REQUEST,
    SECOND,
    SEQUENCE,
    TOKEN,
    TOKEN_RATE,
    Dimension,
)
from stratc.ir.claim import METRICS
from stratc.ir.plan import RECORDS
from stratc.ir.scope import Role
from stratc.text.suggest import nearest


class Sort(Enum):
    """What kind of value a key takes."""

    INTEGER = "int"
    NUMBER = "float"
    WORD = "str"
    SWITCH = "bool"
    EXTENT = "Extent"


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the plan: where it belongs, what it takes, and in which units."""

    block: str
    name: str
    sort: Sort
    dimensions: tuple[Dimension, ...]
    example: str = ""

    @property
    def subject(self) -> str:
        """The key as facts have it."""
        return f"{RECORD_OF[self.block]}.{self.name}"


RECORD_OF = {
    "hardware": "hardware",
    "model": "model",
    "workload": "workload",
    "strategy": "strategy",
    "targets": "target",
}
"""Block: the record of the plan that it fills."""

_MEASURED: dict[str, tuple[tuple[Dimension, ...], str]] = {
    # key: the dimensions it may have, an example of a right value
    "hardware.peak_flops": ((FLOP_RATE,), "400 TFLOP/s"),
    "hardware.mfu": ((COUNT,), "60 %"),
    "hardware.memory": ((BYTE,), "64 GB"),
    "hardware.memory_bandwidth": ((BYTE_RATE,), "1.8 TB/s"),
    "hardware.bandwidth_utilization": ((COUNT,), "80 %"),
    "hardware.link_bandwidth": ((BYTE_RATE,), "900 GB/s"),
    "hardware.network_bandwidth": ((BYTE_RATE,), "400 Gbit/s"),
    "model.parameters": ((COUNT, PARAMETER), "30B"),
    "workload.batch_size": ((COUNT, SEQUENCE, REQUEST), "128"),
    "workload.micro_batch_size": ((COUNT, SEQUENCE, REQUEST), "4"),
    "workload.sequence_length": ((COUNT, TOKEN), "128..10240"),
    "workload.prompt_length": ((COUNT, TOKEN), "2048"),
    "workload.output_length": ((COUNT, TOKEN), "256"),
    "target.ttft": ((SECOND,), "10 s"),
    "target.tpot": ((SECOND,), "50 ms"),
    "target.latency": ((SECOND,), "2 s"),
    "target.throughput": ((TOKEN_RATE,), "100 tokens/ms"),
}
SHARES = ("utilisation", "bubble", "share", "memory.share", "hardware.mfu", "hardware.bandwidth_utilization")
"""Keys and families of metrics that are fractions: 60 of them was meant as 60 %."""

MAY_BE_ZERO = frozenset(
    {
        "dense_layers",
        "moe_layers",
        "experts",
        "top_k",
        "position_rows",
        "shared_expert_hidden_size",
        "expert_hidden_size",
        "q_lora_rank",
        "kv_lora_rank",
        "qk_rope_head_dim",
        "zero_stage",
        "experts_per_device",
    }
)

CLOSED: dict[str, tuple[str, ...]] = {
    "model.position_embedding": ("learned", "rope", "alibi", "none"),
    "model.norm": ("LayerNorm", "RMSNorm"),
    "model.attention": ("mha", "gqa", "mqa", "mla"),
    "workload.phase": ("training", "inference"),
    "strategy.schedule": ("gpipe", "1f1b", "interleaved", "zb-h1", "zb-v", "dualpipe", "chimera"),
    "strategy.recompute": ("none", "selective", "full"),
    "strategy.attention_kernel": ("flash", "unfused"),
}
"""Keys whose words are a fixed set."""
LOWER_CASE = frozenset({"model.precision", "model.kv_precision"})
SWITCHES = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}

ROLES = {
    "baseline": Role.EARLIER,
    "earlier": Role.EARLIER,
    "rejected": Role.ALTERNATIVE,
    "alternative": Role.ALTERNATIVE,
    "example": Role.EXAMPLE,
}
"""Words before the name of a strategy that say that the plan does not propose it."""

PER_WORDS = ("total", "device", "node", "stage", "layer", "replica", "sequence", "token", "micro-batch", "expert")

STAGE_FIELDS = ("layers", "devices", "tp", "ep", "dp", "holds")
EXPERT_FIELDS = ("devices", "stage")

METRIC_ALIASES = {
    "memory": "memory.total",
    "parameters": "parameters.total",
    "throughput": "throughput.tokens",
    "ttft": "latency.ttft",
    "tpot": "latency.tpot",
    "mfu": "utilisation.mfu",
    "latency": "latency.step",
    "communication": "communication.volume",
    "device_count": "strategy.device_count",
}
"""What a claim may name in short."""

_MEANT = {
    # what other tools call it: our name
    "gpus": "device_count",
    "gpu_count": "device_count",
    "num_gpus": "device_count",
    "world_size": "device_count",
    "gpus_per_node": "devices_per_node",
    "tensor_parallel": "tp",
    "tensor_parallel_size": "tp",
    "tensor_model_parallel_size": "tp",
    "pipeline_parallel": "pp",
    "pipeline_parallel_size": "pp",
    "pipeline_model_parallel_size": "pp",
    "data_parallel": "dp",
    "data_parallel_size": "dp",
    "expert_parallel": "ep",
    "expert_parallel_size": "ep",
    "expert_model_parallel_size": "ep",
    "sequence_parallel": "sp",
    "context_parallel": "cp",
    "context_parallel_size": "cp",
    "expert_tensor_parallel_size": "expert_tp",
    "zero": "zero_stage",
    "num_layers": "layers",
    "num_hidden_layers": "layers",
    "num_attention_heads": "heads",
    "num_heads": "heads",
    "num_key_value_heads": "kv_heads",
    "intermediate_size": "ffn_hidden_size",
    "moe_intermediate_size": "expert_hidden_size",
    "num_experts": "experts",
    "d_model": "hidden_size",
    "dtype": "precision",
    "seq_len": "sequence_length",
    "seq_length": "sequence_length",
    "max_position_embeddings": "sequence_length",
    "global_batch_size": "batch_size",
    "batch": "batch_size",
    "microbatches": "micro_batches",
    "num_microbatches": "micro_batches",
    "gpu": "device",
    "gpus_per_stage": "devices_per_stage",
    "target": "targets",
    "cluster": "hardware",
    "parallelism": "strategy",
    "utilization": "utilisation",
    "activation_checkpointing": "recompute",
    "rank": "device",
    "microbatch": "micro-batch",
}


def keys_of(block: str) -> tuple[str, ...]:
    """The names that a block knows."""
    match block:
        case "stage":
            return STAGE_FIELDS
        case "experts":
            return EXPERT_FIELDS
    record = RECORD_OF.get(block)
    return tuple(each.name for each in fields(RECORDS[record]) if each.name not in _NO_KEYS) if record else ()


_NO_KEYS = ("stages", "expert_spans")


def key_named(block: str, name: str) -> Key | None:
    """The key of a name in a block; None where the block does not know it."""
    record = RECORD_OF.get(block, "")
    for each in fields(RECORDS[record]) if record else ():
        annotation = str(each.type)
        if each.name == name and annotation.startswith("Fact["):
            dimensions, example = _MEASURED.get(f"{record}.{name}", ((COUNT,), ""))
            return Key(block, name, Sort(annotation[5:-1]), dimensions, example)
    return None


def home_of(name: str) -> str:
    """The block that a key belongs in, for one that stands elsewhere; "" where there is none."""
    return next((block for block in RECORD_OF if key_named(block, name)), "")


def meant(name: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """Names that may have been meant, best first."""
    alias = _MEANT.get(name.lower().replace("-", "_"), "")
    return (alias,) if alias in known else nearest(name, known)


def metric_named(name: str) -> str:
    """The metric or the key of a fact that a claim names; "" where there is none."""
    if name in METRICS:
        return name
    if name in METRIC_ALIASES:
        return METRIC_ALIASES[name]
    block, _, key = name.rpartition(".")
    if block:
        found = next((each for each, record in RECORD_OF.items() if block in (each, record)), "")
        return f"{RECORD_OF[found]}.{key}" if found and key_named(found, key) else ""
    homes = [each for each in ("strategy", "workload", "model", "hardware", "targets") if key_named(each, key)]
    return f"{RECORD_OF[homes[0]]}.{key}" if homes else ""


def dimensions_of(subject: str) -> tuple[Dimension, ...] | None:
    """The dimensions that a figure of a metric or key may have; None: any."""
    if subject not in METRICS:
        return _MEASURED.get(subject, ((COUNT,), ""))[0]
    dimension = METRICS[subject][0]
    if dimension is None:
        return None
    return (dimension, COUNT) if dimension == PARAMETER else (dimension,)


def is_share(subject: str) -> bool:
    """Whether a figure of this subject is a fraction."""
    return any(subject == each or subject.startswith(f"{each}.") for each in SHARES)
