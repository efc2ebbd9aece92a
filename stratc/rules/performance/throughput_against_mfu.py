"""PE106: a throughput and a model FLOPs utilisation that do not belong together."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.throughput import implied_utilisation, is_training
from stratc.analysis.said.promise import foremost, promises, said
from stratc.arith.term import Number, lift, plain
from stratc.arith.unit import PERCENT, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Relation
from stratc.rules.rule import Finding, rule

NEAR = 1.15  # attention scores, which the number of parameters leaves out
MANY = 100  # promises of one kind that are held against each other


@rule("PE106", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def throughput_against_mfu(case: Case) -> Iterator[Finding]:
    """The throughput amounts to another model FLOPs utilisation than the one claimed.

    ## What it finds
    Tokens a second × operations a token ÷ peak of the devices, for the fewest and for the most parameters a token may
    use, where the claimed utilisation lies outside of both.  A serving plan has one of each for prompts and for
    decoding, so that only figures of one section are compared, and none of one that speaks of both.

    ## Why it matters
    The two are the same statement in other units; where they differ one was not computed.

    ## Example
    ```plan
    - **Parameters**: 7B
    - **Workload**: training
    - **Total GPUs**: 128
    - **Computing Power**: 400 TFLOPS per GPU
    - **Throughput**: 500,000 tokens/second
    - **MFU**: 55%   <!-- PE106 -->
    ```

    ## References
    - chowdhery-2022, appendix B
    - kaplan-2020, section 2.1
    """
    ceiling = plain(case.number_or("hardware.mfu", 1)) * NEAR  # beyond it the throughput alone is at fault
    claims = tuple(promises(case, "utilisation.mfu"))[:MANY]
    rates = tuple(foremost(promises(case, "throughput.tokens")))[:MANY] if claims else ()
    amounts = [(rate, *implied_utilisation(case, rate)) for rate in rates]
    trains = is_training(case)
    of_both = _sections(case, "prefill") & _sections(case, "decode") if claims and trains is False else frozenset()

    def beside(claim: Claim, rate: Claim) -> bool:
        return trains is not False or (claim.scope.path == rate.scope.path and claim.scope.path not in of_both)

    for claim in claims:
        said_beside = [each for each in amounts if each[0].scope.role == claim.scope.role and beside(claim, each[0])]
        apart = [_apart(claim, least, most, ceiling) for _, least, most in said_beside]
        found = next((each for each in apart if each), None)
        if found is None or not all(apart):
            continue  # one of the rates goes with it
        nearest, below = found
        yield Finding(
            at=claim,
            message=f"{said(claim)} MFU claimed, but {said(said_beside[0][0])} amount to "
            f"{show(plain(nearest), PERCENT)} {'at most' if below else 'at least'}",
            because=lift(nearest),
            stated=claim.value,
            unit=PERCENT,
        )


def _sections(case: Case, phase: str) -> frozenset[tuple[str, ...]]:
    """The sections that speak of a phase of serving."""
    return frozenset(each.scope.path for each in case.mentions(phase))


def _apart(claim: Claim, least: Number, most: Number, ceiling: float) -> tuple[Number, bool] | None:
    """The utilisation that a throughput amounts to where it is another, and whether it is too little for the claim."""
    if plain(most) * NEAR < claim.quantity.low:
        return most, True
    if claim.value * NEAR < plain(least) < ceiling and claim.relation is Relation.IS:
        return least, False
    return None
