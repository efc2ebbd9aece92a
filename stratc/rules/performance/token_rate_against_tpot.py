"""PE117: tokens a second against the time of a token."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.term import Named, Term, lift, plain
from stratc.arith.unit import TOKEN_RATE, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per, Relation
from stratc.rules.rule import Finding, rule

FAR = 2.0  # prompts counted among the tokens, and sequences that end early, explain less


@rule("PE117", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def token_rate_against_tpot(case: Case) -> Iterator[Finding]:
    """More tokens a second are claimed than the batch can yield at the stated time of a token.

    ## What it finds
    A throughput more than twice batch × replicas ÷ time per output token, both given in one section, the only figures
    of their kind there.  Silent for prompts, whose tokens are computed at once, and where a section also times them.

    ## Why it matters
    While a batch decodes, every sequence yields one token a step.  Of batch, time and throughput one is wrong, or the
    batch that is meant is another.

    ## Example
    ```plan
    - **Batch size**: 64 sequences

    ## Results
    - **Throughput**: 90,000 tokens/s   <!-- PE117 -->
    - **Latency**: 8 ms TPOT
    ```

    ## References
    - kwon-2023, section 6
    """
    batch, replicas = case.number("workload.batch_size"), case.number_or("strategy.dp", 1)
    if plain(replicas) > 1:
        batch = batch * replicas
    others = {each.scope.path for each in case.claims("latency.step", "latency.prefill", "latency.ttft")}
    for rate in _single(case, "throughput.tokens"):
        for time in _single(case, "latency.tpot"):
            alone = rate.scope.path == time.scope.path and rate.scope.path not in others
            if alone and rate.scope.strategy == time.scope.strategy != "prefill":
                yield from _compared(rate, lift(batch / Named("a token", time.value, time, time.quantity.unit)))


def _compared(rate: Claim, term: Term) -> Iterator[Finding]:
    if rate.quantity.low > term.value * FAR:
        yield Finding(
            at=rate,
            message=f"{rate.quantity.show()} claimed, but {term} = {show(term.value, TOKEN_RATE)}",
            because=term,
            stated=rate.value,
            unit=TOKEN_RATE,
            help="give the batch that the two figures were measured with",
        )


def _single(case: Case, metric: str) -> tuple[Claim, ...]:
    """The exact figures of a metric, for all devices, that stand alone under their heading."""
    found = [each for each in case.claims(metric) if each.metric == metric and each.relation is Relation.IS]
    paths = [each.scope.path for each in found]
    return tuple(each for each in found if paths.count(each.scope.path) == 1 and each.per is not Per.DEVICE)
