"""PE134: the speed that one user sees against the time of a token."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.term import Named, lift
from stratc.arith.unit import TOKEN_RATE, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per, Relation
from stratc.rules.rule import Finding, rule

NEAR = 0.1  # "about 40 tokens/s" of 26 ms


@rule("PE134", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def user_rate_against_tpot(case: Case) -> Iterator[Finding]:
    """The tokens a second of one user are not what the time per output token gives.

    ## What it finds
    A rate of one user, request or stream without a working that is not one over any time per output token of the plan,
    by more than a tenth.

    ## Why it matters
    The two are one figure: a user sees one token in each step.  A batch multiplies the total and never the speed of a
    single stream.

    ## Example
    ```plan
    - **TPOT**: 25 ms
    - **Speed per user**: 80 tokens/s   <!-- PE134 -->
    ```

    ## References
    - pope-2022, section 2
    """
    times = [each for each in case.claims("latency.tpot") if _is_exact(each)]
    for rate in case.claims("throughput.tokens"):
        if rate.per is not Per.SEQUENCE or rate.working is not None or not _is_exact(rate) or not times:
            continue
        if not any(rate.quantity.agrees(1 / each.value, NEAR) for each in times):
            speed = lift(1 / Named("a token", times[0].value, times[0], times[0].quantity.unit))
            yield Finding(
                at=rate,
                message=f"{rate.quantity.show()} for one user stated, but {speed} = {show(speed.value, TOKEN_RATE)}",
                because=speed,
                stated=rate.value,
                unit=TOKEN_RATE,
                help="correct the speed or the time of a token",
            )


def _is_exact(claim: Claim) -> bool:
    return claim.relation is Relation.IS and not claim.quantity.is_range and claim.value > 0
