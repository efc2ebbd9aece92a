"""ME110: feed-forward weights listed beside the experts that are the feed-forward blocks."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.memory.breakdown import breakdowns
from stratc.analysis.memory.setting import width_or_none
from stratc.arith.term import plain
from stratc.arith.unit import BYTE
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known
from stratc.rules.rule import Finding, rule


@rule("ME110", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def experts_counted_twice(case: Case) -> Iterator[Finding]:
    """A memory table adds feed-forward weights to expert weights, though every layer has experts.

    ## What it finds
    A total with feed-forward weights and expert weights among its parts, in a model that names no dense layer, no
    shared expert and no width for a dense block.

    ## Why it matters
    In a mixture of experts the experts take the place of the feed-forward block; adding both counts it twice.

    ## Example
    ```plan
    - **Experts per layer**: 32
    - **Expert hidden size**: 4096

    ### Memory per GPU
    - **MLP weights**: 4 GB   <!-- ME110 -->
    - **Expert weights**: 16 GB
    - **Total memory**: 20 GB per GPU
    ```

    ## References
    - shazeer-2017, section 2
    """
    experts = case.known("model.experts")
    if plain(experts.value) < 2 or not _every_layer(case):
        return
    for found in breakdowns(case, width_or_none(case)):
        parts = {part.metric: part.claim for part in found.parts}
        if "memory.mlp" in parts and "memory.experts" in parts:
            yield Finding(
                at=parts["memory.mlp"],
                message=f"{parts['memory.mlp'].quantity.show()} of feed-forward weights beside "
                f"{parts['memory.experts'].quantity.show()} of experts, but in every layer the experts are the "
                "feed-forward block",
                stated=parts["memory.mlp"].value,
                unit=BYTE,
                also=((parts["memory.experts"], "experts"), (experts, "experts of a layer")),
                help="leave one of the two out, or name the layers or shared experts that are dense",
            )


def _every_layer(case: Case) -> bool:
    """Whether nothing in the plan speaks of dense blocks."""
    for key in ("model.dense_layers", "model.shared_expert_hidden_size", "model.ffn_hidden_size"):
        fact = case.fact(key)
        if isinstance(fact, Known) and fact.value:
            return False
    every, moe, layers = case.fact("model.moe_every"), case.fact("model.moe_layers"), case.fact("model.layers")
    if isinstance(every, Known) and every.value > 1:
        return False
    return not (isinstance(moe, Known) and isinstance(layers, Known) and moe.value < layers.value)
