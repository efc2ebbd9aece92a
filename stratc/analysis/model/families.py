"""What published families of models do that no key of a plan says, by how their names begin."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stratc.cost.hybrids import DeltaNet, Indexer, Mamba, Windows
from stratc.ir.origin import Known

if TYPE_CHECKING:
    from stratc.analysis.case import Case


class Peculiarity(NamedTuple):
    """What a published family of models does and no key of a plan says."""

    norms_per_layer: int = 2
    final_norm: bool = True
    embedding_norm: bool = False
    query_norm_over: str = "heads"
    sinks: bool = False
    value_dim: int = 0
    expert_latent: int = 0
    output_gate: bool = False
    shared_gate: bool = False
    dense_layers: int = 0
    delta: DeltaNet | None = None
    indexer: Indexer | None = None
    windows: Windows | None = None
    mamba: Mamba | None = None

    @property
    def untried(self) -> bool:
        """Whether it has layers of a kind that no run has which estimates were compared with."""
        return bool(self.delta or self.indexer or self.windows or self.mamba)


def _delta(value_heads: int) -> Peculiarity:
    """Three gated delta nets to one layer of gated attention, and a gate for the shared experts."""
    return Peculiarity(output_gate=True, shared_gate=True, delta=DeltaNet(4, key_heads=16, value_heads=value_heads))


FAMILIES: dict[str, Peculiarity] = {
    # how the name of the family begins, in lower case, words joined by hyphens; from the families' published code
    "gemma2": Peculiarity(norms_per_layer=4),
    "gemma3": Peculiarity(norms_per_layer=4),
    "olmo2": Peculiarity(query_norm_over="width"),
    "gemma-2-": Peculiarity(norms_per_layer=4),
    "gemma-3-": Peculiarity(norms_per_layer=4),
    "bloom": Peculiarity(embedding_norm=True),
    "olmo-2-": Peculiarity(query_norm_over="width"),
    "olmoe": Peculiarity(query_norm_over="width"),
    "olmo-1b": Peculiarity(norms_per_layer=0, final_norm=False),
    "olmo-7b": Peculiarity(norms_per_layer=0, final_norm=False),
    "grok-1": Peculiarity(norms_per_layer=4),
    "gpt-oss": Peculiarity(sinks=True),
    "cohere": Peculiarity(norms_per_layer=1),
    "command-r": Peculiarity(norms_per_layer=1),
    "falcon-7b": Peculiarity(norms_per_layer=1),
    "gpt-j": Peculiarity(norms_per_layer=1),
    "phi-2": Peculiarity(norms_per_layer=1),
    "qwen1.5-moe": Peculiarity(shared_gate=True),
    "qwen2-57b": Peculiarity(shared_gate=True),
    "qwen2-moe": Peculiarity(shared_gate=True),
    "minimax-m2": Peculiarity(query_norm_over="width"),
    "olmo-3-": Peculiarity(query_norm_over="width"),
    "olmo3": Peculiarity(query_norm_over="width"),
    "qwen3-next": _delta(32),
    "qwen3.5-0.8b": _delta(16),
    "qwen3.5-2b": _delta(16),
    "qwen3.5-27b": _delta(48),
    "qwen3.5-122b": _delta(64),
    "qwen3.5-397b": _delta(64),
    "qwen3.5-": _delta(32),
    "deepseek-v3.2": Peculiarity(indexer=Indexer(heads=64)),
    "deepseek-v32": Peculiarity(indexer=Indexer(heads=64)),
    "glm-moe-dsa": Peculiarity(indexer=Indexer(heads=32)),
    "glm-5.2": Peculiarity(indexer=Indexer(heads=32, share=(21, 78))),
    "glm-5": Peculiarity(indexer=Indexer(heads=32)),
    "nemotron-h-8b": Peculiarity(1, mamba=Mamba(128, 128, (24, 52), attention=(4, 52), mlp=(24, 52))),
    "nemotron-h-56b": Peculiarity(1, mamba=Mamba(256, 256, (54, 118), attention=(10, 118), mlp=(54, 118))),
    "nemotron-3-nano-30b": Peculiarity(1, mamba=Mamba(64, 128, (23, 52), attention=(6, 52), mlp=(0, 52))),
    "nemotron-3-super": Peculiarity(
        1, expert_latent=1024, mamba=Mamba(128, 128, (40, 88), attention=(8, 88), mlp=(0, 88))
    ),
    "nemotron-3-ultra": Peculiarity(
        1, expert_latent=2048, mamba=Mamba(256, 128, (48, 108), attention=(12, 108), mlp=(0, 108))
    ),
    "mimo-v2-flash": Peculiarity(value_dim=128, dense_layers=1, windows=Windows(kv_heads=8, share=(39, 48))),
}


def peculiarity(case: Case) -> Peculiarity:
    """What the family of the model that the plan names does of its own."""
    fact = case.fact("model.name")
    words = str(fact.value).rpartition("/")[2].lower().replace("_", " ") if isinstance(fact, Known) else ""
    name = "-".join(words.split()).removeprefix("nvidia-")
    return next((found for family, found in FAMILIES.items() if name.startswith(family)), Peculiarity())
