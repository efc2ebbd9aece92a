"""DI108: hidden size over heads."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.legality import head_size
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("DI108", category=Category.DIVISIBILITY, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def hidden_size_not_divisible(case: Case) -> Iterator[Finding]:
    """The hidden size is no multiple of the heads, and no head size is given.

    ## What it finds
    A hidden size that the number of query heads does not divide, in a plan that does not state the size of a head.
    Models whose heads have a size of their own (Gemma, Qwen3) state it.

    ## Why it matters
    Without a head size, frameworks take hidden size ÷ heads and stop where that is no whole number.

    ## Example
    ```plan
    - **Hidden size**: 4100
    - **Attention heads**: 32 <!-- DI108 -->
    ```

    ## References
    - vaswani-2017, section 3.2.2
    - megatron-core, validate_args
    """
    shares = head_size(case)
    if shares.legal:
        return
    yield Finding(
        at=shares.degree,
        message=f"{shares} wide heads, which is no whole number",
        because=shares.working,
        stated=shares.degree.value,
        help="state the size of a head, or correct the heads or the hidden size",
    )
