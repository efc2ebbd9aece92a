"""CN106: dense layers and layers with experts against all layers."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.term import Term
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule


@rule("CN106", category=Category.CONSISTENCY, severity=Severity.WARNING)
def layer_kinds_mismatch(case: Case) -> Iterator[Finding]:
    """Dense layers and layers with experts do not add up to all layers.

    ## What it finds
    Three stated figures: layers in all, those with a dense feed-forward block, those with experts.

    ## Why it matters
    Parameters, memory and the balance of the stages are counted layer by layer.

    ## Example
    ```plan
    - **Layers**: 32
    - **Dense layers**: 2
    - **MoE layers**: 28   <!-- CN106 -->
    ```

    ## References
    - deepseek-v2, section 3
    """
    layers, moe, dense = (case.known(f"model.{name}") for name in ("layers", "moe_layers", "dense_layers"))
    together = case.number("model.dense_layers") + case.number("model.moe_layers")
    if all(each.is_stated for each in (layers, moe, dense)) and dense.value + moe.value != layers.value:
        yield Finding(
            at=moe,
            message=f"{layers.value} layers stated, but {together} = {dense.value + moe.value}",
            because=together if isinstance(together, Term) else None,
            stated=layers.value,
            also=((layers, "all layers"), (dense, "dense layers")),
            help="correct one of the three",
        )
