"""SE131: a thing split by the kind of parallelism that does not split it."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.memory.states import shards_weights
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import value_or
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule

SPLITS = {
    "layers_by_tensor": "tensor parallelism cuts every layer and leaves a part of each on every device; pipeline "
    "parallelism deals out whole layers",
    "tensors_by_pipeline": "pipeline parallelism deals out whole layers to its stages; tensor parallelism cuts heads "
    "and matrices",
    "weights_by_data": "data parallelism keeps the whole model in every replica and splits the batch",
    "others_by_experts": "expert parallelism deals out experts only; attention lies whole on every one of its devices",
    "weights_by_context": "context and sequence parallelism split the tokens and leave the weights whole",
    "weights_by_axis": "a data axis beside a sharding one repeats weights and optimizer state and splits the batch",
    "optimizer_by_data": "data parallelism repeats the optimizer state in every replica, where nothing shards it",
    "cache_by_data": "the cache of a sequence lies in the one replica that serves it; others neither hold nor read it",
}
_OF_SHARDING = ("weights_by_data", "weights_by_context", "optimizer_by_data")
_HELD = (Role.PLAN, Role.ALTERNATIVE)  # of another layout no other holds


@rule("SE131", category=Category.SEMANTICS, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def split_of_another_kind(case: Case) -> Iterator[Finding]:
    """One kind of parallelism is said to split what another kind splits.

    ## What it finds
    "Tensor parallelism assigns different layers to different GPUs", "pipeline parallelism splits the heads", "data
    parallelism splits the weights" or the optimizer state where nothing shards them, "expert parallelism splits
    attention", "ring attention divides the weights", "the replicas share one KV cache".

    ## Why it matters
    Memory, traffic and divisibility of a device follow from what is split.  A plan that mixes up the kinds divides the
    wrong figures by its degrees.

    ## Example
    ```plan
    - **Strategy**: TP = 4
    - Tensor parallelism assigns different layers to different GPUs   <!-- SE131 -->
    ```

    ## References
    - narayanan-2021, section 2
    """
    told = set()
    for mention in case.mentions(*SPLITS, roles=_HELD):
        if mention.context in told:
            continue
        if mention.concept in _OF_SHARDING and shards_weights(case):
            continue
        if mention.concept == "optimizer_by_data" and value_or(case.fact("strategy.zero_stage"), 0) > 0:
            continue
        told.add(mention.context)
        yield Finding(
            at=mention,
            message=f"said here to split what it does not: {SPLITS[mention.concept]}",
            label="said here",
            help="name the kind of parallelism that is meant",
        )
