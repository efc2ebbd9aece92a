"""PE107: more throughput than the devices can compute."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.throughput import declared_rate_bound, dense_rate_bound, rate_bound
from stratc.analysis.said.factors import product_of
from stratc.analysis.said.promise import foremost, is_above, promises, said
from stratc.arith.term import Term, lift, plain
from stratc.arith.unit import PERCENT, TOKEN_RATE, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Known, Missing
from stratc.rules.rule import Finding, rule

NEAR = 1.1  # parameters are declared in round figures
FAR = 3.0  # beyond it, no reading of the declared size leaves room either

COUNTED = frozenset(("gpu", "gpus"))  # as workings call devices


@rule("PE107", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def throughput_above_peak(case: Case) -> Iterator[Finding]:
    """More tokens a second are claimed than the devices can compute.

    ## What it finds
    A throughput above peak × stated utilisation ÷ operations a token, counting only the parameters that a token must
    use at least; where neither the devices nor their peak are named, above what the fastest ones published allow.
    Where size and architecture disagree, a throughput that only the smaller of the two allows is held to the declared
    size as well, with room for another reading of it.  Where nobody says to how many experts a token goes, a throughput
    far above what all parameters allow is a remark: it says how few of them may be in use.

    ## Why it matters
    No schedule and no batch size gets above the roof; the promise cannot be kept on these devices.

    ## Example
    ```plan
    - **Parameters**: 10B
    - **Computing Power**: 400 TFLOPS per GPU with 60% MFU
    - **Total GPUs**: 8
    - **Throughput**: 120 tokens/ms per GPU   <!-- PE107 -->
    ```

    ## References
    - williams-2009, section 3
    - kaplan-2020, section 2.1
    """
    for claim in foremost(promises(case, "throughput.tokens")):
        if _counts_others(case, claim):
            continue
        bound = rate_bound(case, claim)
        if is_above(claim, plain(bound) * NEAR):
            yield _finding(claim, lift(bound), "")
        elif declared := _by_declared(case, claim):
            yield _finding(claim, declared, " by the declared size")
        elif whole := _by_all(case, claim):
            yield _of_few(claim, whole)


def _counts_others(case: Case, claim: Claim) -> bool:
    """Whether the claim multiplies by other devices than the plan's, which is the mistake to tell."""
    product = product_of(claim.working) if claim.working is not None else None
    devices = case.fact("strategy.device_count")
    if product is None or not isinstance(devices, Known):
        return False
    return any(factor.word in COUNTED and factor.value != devices.value for factor in product.over)


def _by_declared(case: Case, claim: Claim) -> Term | None:
    """The bound by the declared size where that differs from the architecture's, and the claim lies above it."""
    if not case.has("model.parameters"):
        return None
    try:
        bound = lift(declared_rate_bound(case, claim))
    except Missing:
        return None
    return bound if is_above(claim, bound.value * FAR) else None


def _by_all(case: Case, claim: Claim) -> Term | None:
    """The bound of all declared parameters where no top-k is said and the claim lies far above."""
    if case.has("model.top_k") or not case.has("model.parameters", "model.experts"):
        return None
    bound = lift(dense_rate_bound(case, claim))
    return bound if is_above(claim, bound.value * FAR) else None


def _of_few(claim: Claim, whole: Term) -> Finding:
    share = whole.value / claim.quantity.low
    return Finding(
        at=claim,
        message=f"{said(claim)} claimed, but {whole} = {claim.quantity.show(whole.value)} at most with all parameters "
        f"in use; it takes a token that uses {show(share, PERCENT)} of them or fewer, and no top-k is said",
        because=whole,
        stated=claim.value,
        unit=TOKEN_RATE,
        severity=Severity.INFO,
        certainty=Certainty.JUDGEMENT,
        help="say to how many experts a token is routed",
    )


def _finding(claim: Claim, bound: Term, basis: str) -> Finding:
    return Finding(
        at=claim,
        message=f"{said(claim)} claimed, but {bound} = {claim.quantity.show(bound.value)} at most{basis}",
        because=bound,
        stated=claim.value,
        unit=TOKEN_RATE,
        help="count the operations of a token again, or lower the promise",
    )
