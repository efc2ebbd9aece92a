"""PE112: time of a batch against tokens a second."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.run import told
from stratc.analysis.said.promise import said, single_total
from stratc.arith.term import Named, Term, lift
from stratc.arith.unit import SECOND, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.values import Extent
from stratc.rules.rule import Finding, rule

NEAR = 1.15


@rule("PE112", category=Category.LATENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def batch_time_against_token_rate(case: Case) -> Iterator[Finding]:
    """The time of a batch is not its tokens over the total throughput.

    ## What it finds
    A stated time of a batch against batch × sequence length ÷ total tokens a second; of a range of lengths any will do,
    and tokens of a step that are stated count themselves.
    Plans with several step times or several totals are left alone.

    ## Why it matters
    The two are the same statement; one was worked out from another figure.

    ## Example
    ```plan
    - **Batch size**: 128 sequences
    - **Sequence length**: 10240 tokens
    - **Total System Throughput**: 3,840 tokens/ms
    - **Batch Processing Time**: 0.41 seconds   <!-- PE112 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    times, totals = single_total(case, "latency.step"), single_total(case, "throughput.tokens")
    for claim in times:
        for total in totals:
            rate = Named("", total.value, total, total.quantity.unit)
            tokens, least = _tokens(case)
            implied = tokens / rate
            if claim.value > implied.value * NEAR or claim.value * NEAR < implied.value * least:
                yield Finding(
                    at=claim,
                    message=f"{said(claim)} for a batch stated, but {implied} = {show(implied.value, SECOND)}",
                    because=implied,
                    stated=claim.value,
                    unit=SECOND,
                )


def _tokens(case: Case) -> tuple[Term, float]:
    """Tokens of a batch, and the share of them that the shortest sequences have."""
    counted = told(case, "tokens.step")
    if len(counted) == 1:
        return counted[0], 1.0
    length = case.known("workload.sequence_length").value
    share = length.low / length.high if isinstance(length, Extent) else 1.0
    return lift(case.number("workload.batch_size")) * case.number("workload.sequence_length"), share
