"""PE113: requests a second without the length that decides them."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.said.promise import foremost, promises, said
from stratc.arith.term import Named, Number, Term, lift
from stratc.arith.unit import REQUEST_RATE, figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("PE113", category=Category.THROUGHPUT, severity=Severity.INFO, certainty=Certainty.LIKELY)
def request_rate_without_length(case: Case) -> Iterator[Finding]:
    """Requests a second are promised, but not how long their answers are.

    ## What it finds
    A rate of requests beside a time per token, in a plan that does not state the output length.  It says how many
    tokens the rate leaves for each answer of a batch, or how many requests it keeps under way, where none is stated.

    ## Why it matters
    Serving makes tokens; how many requests they are depends on their length alone.

    ## Example
    ```plan
    - **Batch size**: 32
    - **Time per output token**: 35 ms
    - **Sustained RPS**: 10 requests/second   <!-- PE113 -->
    ```

    ## References
    - pope-2022, section 2
    """
    if case.has("workload.output_length"):
        return
    fastest = min(promises(case, "latency.tpot"), key=lambda claim: claim.value, default=None)
    rates = (claim for claim in promises(case, "throughput.sequences") if claim.quantity.dimension == REQUEST_RATE)
    if fastest is None or not fastest.value:
        return
    batch = case.number("workload.batch_size") if case.has("workload.batch_size") else None
    of_token = Named("a token", fastest.value, fastest, fastest.quantity.unit)
    for claim in foremost(claim for claim in rates if claim.quantity.low > 0)[:1]:
        rate = Named("requests/s", claim.quantity.low, claim)
        each = rate * of_token if batch is None else batch / of_token / rate
        yield Finding(
            at=claim,
            message=f"{said(claim)} promised without an output length: {_meaning(batch, of_token, each)}",
            because=each,
            stated=claim.value,
            certainty=Certainty.JUDGEMENT if batch is None else None,
            help="state the output length that the rate holds for",
        )


def _meaning(batch: Number | None, of_token: Term, each: Term) -> str:
    """What the rate leaves open, in figures."""
    if batch is None:
        return f"{each} = {figures(each.value, 2)} requests are under way for every token of an answer"
    tokens = lift(batch) / of_token
    return f"{tokens} = {figures(round(tokens.value))} tokens/s leave {figures(round(each.value))} tokens for each"
