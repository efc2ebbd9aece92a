"""CN110: prompt and output against the sequence."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.term import Term
from stratc.arith.unit import TOKEN, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("CN110", category=Category.CONSISTENCY, severity=Severity.INFO, certainty=Certainty.LIKELY)
def lengths_above_sequence(case: Case) -> Iterator[Finding]:
    """Prompt and output together are longer than the longest sequence.

    ## What it finds
    Stated tokens of a prompt and of its output whose sum is above the upper end of the sequence length.

    ## Why it matters
    A server cuts such requests off or refuses them, and the key-value cache is sized for less than is needed.

    ## Example
    ```plan
    - **Max sequence length**: 4096 tokens
    - **Prompt length**: 4096 tokens
    - **Output length**: 1024 tokens   <!-- CN110 -->
    ```

    ## References
    - vllm-engine-arguments, max-model-len
    """
    longest, output = case.known("workload.sequence_length"), case.known("workload.output_length")
    together = case.number("workload.prompt_length") + case.number("workload.output_length")
    tokens = together.value if isinstance(together, Term) else together
    if tokens > longest.value.high:
        yield Finding(
            at=output,
            message=f"{together} = {show(tokens, TOKEN)}, but a sequence has {show(longest.value.high, TOKEN)} at most",
            because=together if isinstance(together, Term) else None,
            stated=longest.value.high,
            computed=tokens,
            unit=TOKEN,
            also=((longest, "longest sequence"),),
            help="raise the sequence length, or shorten prompt or output",
        )
