"""How each fact is called in a working, and the unit that it is counted in."""

from __future__ import annotations

from stratc.arith.unit import Unit
from stratc.ir.plan import KEYS
from stratc.ir.units import UNIT_OF

_CALLED = {
    "strategy.recompute": "recomputation",
    "model.hidden_size": "hidden size",
    "model.head_dim": "head size",
    "model.kv_heads": "KV heads",
    "model.ffn_hidden_size": "feed-forward size",
    "model.expert_hidden_size": "expert size",
    "model.shared_expert_hidden_size": "shared expert size",
    "model.vocab_size": "vocabulary",
    "model.parameters": "parameters",
    "workload.batch_size": "sequences",
    "workload.micro_batches": "micro-batches",
    "workload.micro_batch_size": "sequences a micro-batch",
    "workload.accumulation_steps": "accumulation steps",
    "workload.sequence_length": "tokens",
    "workload.prompt_length": "prompt tokens",
    "workload.output_length": "output tokens",
    "strategy.device_count": "devices",
    "hardware.device_count": "devices",
    "hardware.devices_per_node": "devices per node",
}


def _words(key: str) -> tuple[str, Unit | None]:
    return _CALLED.get(key, key.partition(".")[2].replace("_", " ")), UNIT_OF.get(key)


WORDS: dict[str, tuple[str, Unit | None]] = {key: _words(key) for key in KEYS}
"""Key of a fact: its name in a working ("2 tp", "16 layers") and its unit, None for a bare count."""
