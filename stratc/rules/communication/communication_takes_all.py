"""CO171: communication that takes all of the time it is part of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from stratc.analysis.case import Case
from stratc.analysis.said.promise import said
from stratc.arith.term import Named
from stratc.arith.unit import SECOND
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per, Relation
from stratc.rules.rule import Finding, rule

WHOLES = ("latency.ttft", "latency.tpot", "latency.prefill", "latency.forward", "latency.step")
MOST = 0.5  # of the time; more is no small share
NEAR = 0.98  # of the whole: what is left for the computation is less than any rounding


@rule("CO171", category=Category.COMMUNICATION, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def communication_takes_all(case: Case) -> Iterator[Finding]:
    """The time of communication is the whole time of the pass that it is part of, or more.

    ## What it finds
    A time of communication as long as every pass, step or answer that the same section gives a time.  Silent where the
    time is that of a layer or a stage, and where the plan hides communication behind computation, unless it calls a
    small share of the time communication.

    ## Why it matters
    A pass also computes and reads weights.  Either the latency holds only the communication, or the time given for
    communication is that of the pass.

    ## Example
    ```plan
    ## Latency
    - **TTFT**: 2.4 s
    - **Communication overhead**: 2.4 s, kept small by the topology   <!-- CO171 -->
    ```

    ## References
    - narayanan-2021, section 5.9
    """
    shares = tuple(each for each in case.claims("share.communication") if each.value < MOST)
    if not shares and (any(case.mentions("overlap")) or any(case.claims("time.hidden"))):
        return
    for claim in _least_of_each(case.claims("communication.time")):
        wholes = [each for each in case.claims(*WHOLES) if _is_whole_beside(claim, each)]
        if wholes and _is_plain(claim) and claim.quantity.low >= NEAR * max(each.quantity.high for each in wholes):
            yield _finding(claim, max(wholes, key=lambda each: each.value), shares)
            return


def _least_of_each(claims: Iterable[Claim]) -> Iterator[Claim]:
    """The least time of every sentence, of which a longer one may be the whole: "2 ms on top: 19 ms"."""
    for _, together in groupby(claims, key=lambda claim: claim.context):
        yield min(together, key=lambda claim: claim.value)


def _is_plain(claim: Claim) -> bool:
    return claim.per in (Per.UNSAID, Per.TOTAL) and claim.working is None and claim.relation is Relation.IS


def _is_whole_beside(claim: Claim, other: Claim) -> bool:
    same = claim.scope.path == other.scope.path and claim.context != other.context
    return same and other.relation is Relation.IS and other.value > 0


def _finding(claim: Claim, whole: Claim, shares: tuple[Claim, ...]) -> Finding:
    called = f", though {said(shares[0])} of the time are called communication" if shares else ""
    return Finding(
        at=claim,
        message=f"{claim.quantity.show()} of communication leave nothing of {whole.quantity.show()} for computation"
        f"{called}",
        because=Named("the whole", whole.value, whole, whole.quantity.unit),
        stated=claim.value,
        unit=SECOND,
        also=((whole, "the whole"), *((each, "its share") for each in shares[:1])),
        help="give the two times apart: computation, and communication that is not hidden behind it",
    )
