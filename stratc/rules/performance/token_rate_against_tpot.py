"""PE117: tokens a second against the time of a token."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.term import Named, Number, Term, lift, plain
from stratc.arith.unit import SECOND, TOKEN_RATE, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.scope import Role
from stratc.ir.statement import Per, Relation
from stratc.rules.rule import Finding, rule

APART = (Per.DEVICE, Per.SEQUENCE)
VERY_FAR = 50.0  # of figures in different sections
NEAR = 1.25  # within which batch and time are rounded
FAR = 2.0  # prompts counted among the tokens, and sequences that end early, explain less


@rule("PE117", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def token_rate_against_tpot(case: Case) -> Iterator[Finding]:
    """More tokens a second are claimed than the batch can yield at the stated time of a token.

    ## What it finds
    A throughput more than twice batch × replicas ÷ time per output token, both given in one section, the only figures
    of their kind there; or more than fifty times as much, where they are the only ones of the plan.  A remark where it
    is nearer, or less by a fifth: the batch is not full then, or another.  Silent for prompts, whose tokens are
    computed at once, and where a section also times them.  Of an earlier plan it is a remark, for its batch may have
    been another.

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
    yield from _across(case, batch)
    others = {each.scope.path for each in case.claims("latency.step", "latency.prefill", "latency.ttft")}
    for rate in _single(case, "throughput.tokens"):
        for time in _single(case, "latency.tpot"):
            alone = rate.scope.path == time.scope.path and rate.scope.path not in others
            if alone and rate.scope.role is time.scope.role and rate.scope.strategy == time.scope.strategy != "prefill":
                yield from _compared(rate, lift(batch / Named("a token", time.value, time, time.quantity.unit)))


def _across(case: Case, batch: Number) -> Iterator[Finding]:
    """The only throughput and the only time of a token in sections of their own, where they are far apart.

    Prompts may be counted among the tokens; they are seldom more than so many times the output.
    """
    rates, times = (_only(case, metric) for metric in ("throughput.tokens", "latency.tpot"))
    for rate in rates:
        for time in times:
            term = lift(batch / Named("a token", time.value, time, time.quantity.unit))
            if rate.scope.path != time.scope.path and rate.quantity.low > term.value * VERY_FAR:
                yield Finding(
                    at=time,
                    message=f"{time.quantity.show()} for a token stated, which yields {term} = "
                    f"{show(term.value, TOKEN_RATE)}, but {rate.quantity.show()} are claimed",
                    because=term,
                    stated=time.value,
                    computed=lift(batch).value / rate.value,
                    unit=SECOND,
                    also=((rate, "claimed here"),),
                    category=Category.LATENCY,
                    help="give the batch that the two figures were measured with",
                )


def _only(case: Case, metric: str) -> tuple[Claim, ...]:
    """The exact figure of a metric for all devices, where the plan claims no other."""
    found = [each for each in case.claims(metric) if each.relation is Relation.IS and each.per is not Per.DEVICE]
    return tuple(found) if len(found) == 1 and not found[0].scope.strategy else ()


def _compared(rate: Claim, term: Term) -> Iterator[Finding]:
    far = rate.quantity.low > term.value * FAR
    if far or rate.quantity.low > term.value * NEAR or rate.quantity.high * NEAR < term.value:
        yield Finding(
            at=rate,
            message=f"{rate.quantity.show()} claimed, but {term} = {show(term.value, TOKEN_RATE)}",
            because=term,
            stated=rate.value,
            unit=TOKEN_RATE,
            severity=None if far and rate.scope.role is not Role.EARLIER else Severity.INFO,
            certainty=None if far else Certainty.JUDGEMENT,
            help="give the batch that the two figures were measured with",
        )


def _single(case: Case, metric: str) -> tuple[Claim, ...]:
    """The exact figures of a metric, for all devices, that stand alone under their heading."""
    told = case.claims(metric, roles=(Role.PLAN, Role.EARLIER))
    found = [each for each in told if each.metric == metric and each.relation is Relation.IS]
    paths = [each.scope.path for each in found]
    return tuple(each for each in found if paths.count(each.scope.path) == 1 and each.per not in APART)
