"""PE120: operations a second that peak and utilisation do not give."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.term import Named, Term, lift, plain
from stratc.arith.unit import FLOP_RATE, PERCENT
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per, Relation
from stratc.rules.rule import Finding, rule

NEAR = 1.15
PRECISIONS = (0.5, 1.0, 2.0)  # of a published peak: that of narrower and wider numbers, and of sparse matrices


@rule("PE120", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def achieved_rate_against_mfu(case: Case) -> Iterator[Finding]:
    """The operations a second that a device achieves are not its peak times the utilisation.

    ## What it finds
    An achieved rate of a device that no utilisation of the plan gives from the stated or published peak: one said in
    the same sentence, else any.

    ## Why it matters
    Peak, utilisation and achieved rate are two figures, not three; times and throughputs rest on one of them.

    ## Example
    ```plan
    - **Peak compute**: 400 TFLOPS per GPU
    - At 60% MFU each GPU achieves 300 TFLOPS   <!-- PE120 -->
    ```

    ## References
    - chowdhery-2022, appendix B
    """
    peak = case.known("hardware.peak_flops")
    peaks = (1.0,) if peak.is_stated else PRECISIONS
    for claim in case.claims("compute.rate"):
        shares = list(_shares(case, claim))
        whole = plain(case.number("hardware.peak_flops"))
        fits = [
            share
            for share in shares
            for times in peaks
            if 1 / NEAR < claim.value / (times * whole * share.value) < NEAR
        ]
        single = claim.per in (Per.UNSAID, Per.DEVICE) and claim.value * NEAR < whole
        if shares and not fits and single and claim.relation is Relation.IS and claim.working is None:
            computed = lift(case.number("hardware.peak_flops") * shares[0])
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} achieved, but {computed} = {claim.quantity.show(computed.value)}",
                because=computed,
                stated=claim.value,
                unit=FLOP_RATE,
            )


def _shares(case: Case, claim: Claim) -> Iterator[Term]:
    """The utilisations said in the same sentence, else all that the plan states."""
    claimed = [each for each in case.claims("utilisation.mfu") if each.value > 0]
    near = [each for each in claimed if each.context == claim.context]
    for each in near or claimed:
        for end in dict.fromkeys((each.quantity.low, each.quantity.high)):
            yield Named("MFU", end, each, PERCENT)
    if not near and case.has("hardware.mfu"):
        yield lift(case.number("hardware.mfu"))
