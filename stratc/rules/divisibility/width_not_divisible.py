"""DI105: feed-forward width over tensor-parallel devices."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.legality import widths
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.ir.origin import Missing
from stratc.rules.rule import Finding, rule


@rule("DI105", category=Category.DIVISIBILITY, severity=Severity.ERROR)
def width_not_divisible(case: Case) -> Iterator[Finding]:
    """The columns of a feed-forward block cannot be split over the tensor-parallel devices.

    ## What it finds
    A feed-forward size that the tensor-parallel degree does not divide, or an expert size that the tensor-parallel
    degree inside experts does not divide.

    ## Why it matters
    Column-parallel layers give every device as many columns; Megatron-LM and vLLM stop while they build the model.

    ## Example
    ```plan
    - **FFN hidden size**: 11000
    - **Tensor Parallelism**: 16-way <!-- DI105 -->
    ```

    ## References
    - shoeybi-2019, section 3
    - megatron-core, tensor_parallel layers
    """
    found = tuple(widths(case))
    if not found:
        raise Missing("model.ffn_hidden_size")
    for shares in found:
        if not shares.legal:
            yield Finding(
                at=shares.degree,
                message=f"{shares} columns per device, which is no whole number",
                because=shares.working,
                stated=shares.degree.value,
                help="choose a tensor-parallel degree that divides the feed-forward size",
            )
