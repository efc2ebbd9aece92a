"""SE165: modules that leave attention out."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("SE165", category=Category.CONSISTENCY, severity=Severity.INFO, certainty=Certainty.JUDGEMENT)
def attention_in_no_module(case: Case) -> Iterator[Finding]:
    """The modules that a model is divided into are listed, and none of them computes attention.

    ## What it finds
    A section on the division into modules that lists experts beside others, and names neither attention nor layers or
    blocks that would hold it.

    ## Why it matters
    Attention has weights, a cache and collectives of its own; a list without it says of no device that it computes it.

    ## Example
    ```plan
    ## Module partitioning   <!-- SE165 -->
    1. **Input module**: tokens
    2. **Embedding module**: two GPUs
    3. **Expert modules**: 64 on all GPUs
    4. **Output module**: logits
    ```

    ## References
    - vaswani-2017, section 3.1
    """
    for mention in case.mentions("modules_without_attention"):
        yield Finding(
            at=mention,
            message=f"modules listed: {mention.cause}; none of them holds attention, which every layer has",
            label="listed here",
            help="say which devices hold and compute attention",
        )
        return
