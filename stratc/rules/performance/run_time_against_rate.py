"""PE136: the time of a training run against its tokens and their rate."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.devices import device_count
from stratc.analysis.phase import trains
from stratc.arith.term import Named, Term, lift
from stratc.arith.unit import SECOND, figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per, Relation
from stratc.rules.rule import Finding, rule

SHORT = 0.9  # of the quotient, below which no rounding explains the time
LONG = 1.5  # times the quotient, above which no restart and no evaluation does
DAY = 86_400.0


@rule("PE136", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def run_time_against_rate(case: Case) -> Iterator[Finding]:
    """The time of a training run is not its tokens over the tokens a second of the plan.

    ## What it finds
    The only time of a run, the only number of its tokens and the only throughput of a plan that trains, of all devices
    or of one, where the time is less than nine tenths of the quotient, or more than one and a half times as much.
    Silent for a time that brings its own working, and where the plan works out the quotient itself.

    ## Why it matters
    Cost and date of the run follow from these three figures; one of them is wrong.

    ## Example
    ```plan
    # Training
    - **Training tokens**: 1T tokens
    - **Throughput**: 1,200,000 tokens/s
    - **Training time**: 25 days   <!-- PE136 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    run, corpus = _only(case, "latency.training"), _only(case, "tokens.training")
    rates = [each for each in case.claims("throughput.tokens") if each.relation is Relation.IS]
    if run is None or corpus is None or run.working is not None or not rates or not trains(case):
        return
    quotients = [lift(Named("", corpus.value, corpus, corpus.quantity.unit) / _total(case, each)) for each in rates]
    worked = [
        each for each in case.claims("equation") if each.working is not None and each.quantity.dimension == SECOND
    ]
    told = [run, *worked]  # a plan that gives the quotient itself has another thing in mind: a run of several phases
    if not any(SHORT <= time.value / each.value <= LONG for time in told for each in quotients if each.value > 0):
        first = quotients[0]
        yield Finding(
            at=run,
            message=f"{run.quantity.show()} for the run stated, but {first} = {figures(first.value / DAY, 3)} days",
            because=first,
            stated=run.value,
            unit=SECOND,
            help="correct the time, the tokens or the throughput",
        )


def _only(case: Case, metric: str) -> Claim | None:
    """The exact figure of a metric, where the plan has one value of it."""
    found = [each for each in case.claims(metric) if each.value > 0]
    exact = len({each.value for each in found}) == 1 and not found[0].quantity.is_range
    return found[0] if exact and found[0].relation is Relation.IS else None


def _total(case: Case, rate: Claim) -> Term:
    """The rate of all devices; raises Missing where their number is not said."""
    one = Named("", rate.value, rate, rate.quantity.unit)
    return lift(device_count(case) * one) if rate.per is Per.DEVICE else one
