"""DI101: query heads over tensor-parallel devices."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.legality import heads
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule


@rule("DI101", category=Category.DIVISIBILITY, severity=Severity.ERROR)
def heads_not_divisible(case: Case) -> Iterator[Finding]:
    """The attention heads cannot be split over the tensor-parallel devices.

    ## What it finds
    A number of query heads that the tensor-parallel degree does not divide.

    ## Why it matters
    Tensor parallelism gives every device whole heads; Megatron-LM and vLLM refuse any other degree.

    ## Example
    ```plan
    - **Attention heads**: 32
    - **Tensor Parallelism**: 6-way <!-- DI101 -->
    ```

    ## References
    - shoeybi-2019, section 3
    - megatron-core, TransformerConfig
    """
    shares = heads(case)
    if shares.legal:
        return
    yield Finding(
        at=shares.degree,
        message=f"{shares} heads per device, which is no whole number",
        because=shares.working,
        stated=shares.degree.value,
        help="choose a tensor-parallel degree that divides the heads",
    )
