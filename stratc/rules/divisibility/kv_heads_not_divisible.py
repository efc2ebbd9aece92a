"""DI102: KV heads over tensor-parallel devices."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.legality import heads, kv_heads
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule


@rule("DI102", category=Category.DIVISIBILITY, severity=Severity.ERROR)
def kv_heads_not_divisible(case: Case) -> Iterator[Finding]:
    """The KV heads can neither be split nor copied evenly over the tensor-parallel devices.

    ## What it finds
    A number of KV heads that the tensor-parallel degree does not divide and that does not divide the degree.

    ## Why it matters
    Devices would hold unequal numbers of KV heads; Megatron-LM and vLLM refuse to start.

    ## Example
    ```plan
    - **Attention heads**: 24
    - **KV heads**: 8
    - **Tensor Parallelism**: 12-way <!-- DI102 -->
    ```

    ## References
    - ainslie-2023, section 2
    - megatron-core, TransformerConfig
    """
    shares = kv_heads(case)
    degree = shares.degree.value
    if shares.legal or (case.has("model.heads") and not heads(case).legal):
        return  # one cause, one finding
    yield Finding(
        at=shares.degree,
        message=f"{shares} KV heads per device, and {degree} is no multiple of {shares.whole.value} either",
        because=shares.working,
        stated=degree,
        help="choose a tensor-parallel degree that divides the KV heads or is a multiple of them",
    )
