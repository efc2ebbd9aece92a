"""PE206: a time to the first token against the plan's own throughput."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.throughput import prompts_together, total_rates
from stratc.analysis.said.promise import is_below, promises, said
from stratc.arith.term import plain
from stratc.arith.unit import SECOND, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("PE206", category=Category.LATENCY, severity=Severity.INFO, certainty=Certainty.JUDGEMENT)
def ttft_against_throughput(case: Case) -> Iterator[Finding]:
    """The first tokens of a batch come sooner than the plan's throughput computes its prompts.

    ## What it finds
    All sequences at once × their longest length ÷ the highest total throughput, above the claimed time.  A throughput
    beside a time per output token is taken for one of decoding and left alone.

    ## Why it matters
    If the whole batch arrives together, its last prompt waits for all others.

    ## Example
    ```plan
    - **Total GPUs**: 16
    - **Batch size**: 128 sequences
    - **Prompt length**: 10240 tokens
    - **Throughput per GPU**: 2 tokens/ms
    - **TTFT**: 5 seconds   <!-- PE206 -->
    ```

    ## References
    - pope-2022, section 2
    """
    if any(promises(case, "latency.tpot")) or case.has("target.tpot"):
        return  # a throughput beside a time per token is one of decoding
    rate = max(total_rates(case), key=plain, default=None)
    if rate is None:
        return
    seconds = prompts_together(case) / rate
    for claim in promises(case, "latency.ttft"):
        if is_below(claim, plain(seconds)):
            yield Finding(
                at=claim,
                message=f"{said(claim)} to the first token claimed, but at the stated throughput {seconds} = "
                f"{show(plain(seconds), SECOND)} for all prompts at once",
                because=seconds if not isinstance(seconds, float) else None,
                stated=claim.value,
                computed=plain(seconds),
                unit=SECOND,
                help="say for which batch and length the time holds",
            )
