"""CN105: a published model by name, with another architecture."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from stratc.analysis.case import Case
from stratc.analysis.published import departures
from stratc.analysis.values import differ
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.published import departed
from stratc.rules.rule import Finding, rule

PADDINGS = tuple(2**power for power in range(6, 14))  # 64, for kernels, to 128 × 64 ranks of a tensor group
SHAPE = frozenset(
    f"model.{name}"
    for name in (
        *("layers", "dense_layers", "moe_layers", "hidden_size", "heads", "kv_heads", "head_dim", "ffn_hidden_size"),
        *("vocab_size", "experts", "top_k", "expert_hidden_size"),
    )
)


@rule("CN105", category=Category.CONSISTENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def named_model_mismatch(case: Case) -> Iterator[Finding]:
    """The plan names a published model and gives it another architecture.

    ## What it finds
    A stated number of layers, heads, experts or a width that differs from what is published for the model of that name.

    ## Why it matters
    Either the name or the figure is wrong; memory, divisibility and throughput hang on the figure.

    ## Example
    ```plan
    - **Model**: Llama-3-70B
    - **Layers**: 64   <!-- CN105 -->
    ```

    ## References
    - the model's entry in stratc/catalog/models.toml, which names its source
    - megatron-core, make_vocab_size_divisible_by, for vocabularies that are padded
    """
    name = case.known("model.name")
    for key, stated, published in departures(case, SHAPE):
        if differ(stated.value, published.value, 0.0) and not _is_padded(key, stated.value, published.value):
            yield departed(
                key,
                stated,
                published,
                name,
                help="correct the figure, or say that the model differs from the published one",
            )


def _is_padded(key: str, stated: object, published: object) -> bool:
    """Whether a vocabulary is the published one filled up so that its rows divide evenly."""
    if key != "model.vocab_size" or not isinstance(stated, int | float) or not isinstance(published, int | float):
        return False
    return any(ceil(published / rows) * rows == stated for rows in PADDINGS)
