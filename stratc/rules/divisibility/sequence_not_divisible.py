"""DI107: the sequence over context-parallel ranks."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.legality import sequence
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("DI107", category=Category.DIVISIBILITY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def sequence_not_divisible(case: Case) -> Iterator[Finding]:
    """The sequence cannot be dealt out evenly to the context-parallel ranks.

    ## What it finds
    A single sequence length that is no multiple of twice the context-parallel degree.  Ranges of lengths are left
    alone: they are padded when the job runs.

    ## Why it matters
    Causal attention is balanced by giving every rank one chunk from the front and one from the back; Megatron-LM stops
    where that does not come out even.

    ## Example
    ```plan
    - **Sequence length**: 4100 tokens
    - **Context Parallelism**: 8-way <!-- DI107 -->
    ```

    ## References
    - megatron-core, validate_args
    """
    shares = sequence(case)
    if shares.legal:
        return
    yield Finding(
        at=shares.degree,
        message=f"{shares} tokens per rank, which cannot be cut into two equal chunks",
        because=shares.working,
        stated=shares.degree.value,
        help="choose a length that is a multiple of twice the degree, or pad to it",
    )
