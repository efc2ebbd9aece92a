"""TG107: position embeddings against the sequence in Megatron-LM."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule


@rule("TG107", category=Category.TARGET, severity=Severity.ERROR)
def positions_below_sequence(case: Case) -> Iterator[Finding]:
    """There are fewer positions than tokens in a sequence.

    ## What it finds
    A plan for Megatron-LM or DeepSpeed that states fewer position embeddings than its longest sequence has
    tokens.

    ## Why it matters
    Megatron-LM refuses to start; a learned table has no row for the last tokens.

    ## Example
    ```strat
    model { position_rows = 2048 }  # TG107
    workload { sequence_length = 4096 }
    strategy { framework = "Megatron-LM" }
    ```

    ## References
    - megatron-core, validate_args
    """
    framework(case, "megatron", "deepspeed")
    rows, length = case.known("model.position_rows"), case.known("workload.sequence_length")
    tokens = int(length.value.high)
    if not rows.is_stated or rows.value >= tokens:
        return
    yield Finding(
        at=rows,
        message=f"{rows.value} positions for sequences of {tokens} tokens",
        stated=rows.value,
        computed=tokens,
        also=((length, "tokens"),),
        help="have at least as many positions as tokens",
    )
