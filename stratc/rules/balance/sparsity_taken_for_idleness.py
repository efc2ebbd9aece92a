"""BA104: the share of experts that one token uses, taken for the use of the devices."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from stratc.analysis.case import Case
from stratc.analysis.layout.balance import busy_share
from stratc.arith.term import Term, lift, plain
from stratc.arith.unit import PERCENT, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.scope import Role, Topic
from stratc.rules.rule import Finding, rule

NOTABLE = 0.1  # share by which the experts with work must exceed the claim


@rule("BA104", category=Category.BALANCE, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def sparsity_taken_for_idleness(case: Case) -> Iterator[Finding]:
    """The share of experts that one token uses is given as the utilisation of the devices.

    ## What it finds
    A utilisation in a section on experts or balance that equals top-k ÷ experts, all of a layer or those of a device,
    where the workload has more than one token; in any sentence on experts that takes it for the use of devices, or the
    rest for their idleness.  A share of experts that names top-k in the same breath says what it is.

    ## Why it matters
    Each token uses few experts, but the tokens of a batch use different ones: all experts of a device have work,
    whatever the expert-parallel degree.  A degree chosen to raise this figure solves nothing.

    ## Example
    ```plan
    - **Experts**: 32 per layer
    - **Top-K**: 2
    - **Batch Size**: 64 sequences
    - **Expert Parallelism**: 4-way

    ## Expert Load Balancing
    - **Expert utilization**: 25% <!-- BA104 -->
    ```

    ## References
    - shazeer-2017, section 4
    """
    chosen, experts = case.number("model.top_k"), case.number("model.experts")
    tokens, busy = plain(case.number("workload.batch_size")), busy_share(case)
    shares = [lift(chosen / experts)]
    if case.has("strategy.ep"):
        shares.append(lift(chosen / (experts / case.number("strategy.ep"))))
    if tokens < 2 or plain(chosen) >= plain(experts):
        return
    found = [
        (claim, share)
        for claim in case.claims(
            "utilisation", "utilisation.experts", "utilisation.sparse", roles=(Role.PLAN, Role.EARLIER)
        )
        if (share := _taken(claim, shares)) is not None and busy - claim.value > NOTABLE
        if claim.metric == "utilisation.sparse" or not (share is shares[0] and _is_explained(case, claim))
    ]
    for claim, share in found[:1]:
        yield Finding(
            at=claim,
            message=f"{_called(claim)} is {share}, the experts that one token uses; the {figures(tokens)} "
            f"sequences of the batch give work to {show(busy, PERCENT)} of them",
            because=share,
            stated=claim.value,
            computed=busy,
            unit=PERCENT,
            also=tuple((other, "and here") for other, _ in found[1:]),
            help="derive the utilisation from time: bubble, exposed communication, imbalance of tokens",
        )


def _called(claim: Claim) -> str:
    """The share as stated; of a sentence on experts, how busy it says the devices are."""
    return ("a use of " if claim.metric == "utilisation.sparse" else "") + claim.quantity.show()


def _is_explained(case: Case, claim: Claim) -> bool:
    """Whether the sentence itself gives the experts of a token: "12.5 % of the experts (top-2 routing)"."""
    start, end = claim.context.start, claim.context.end
    return any(start <= span.start and span.end <= end for span in case.known("model.top_k").spans())


def _taken(claim: Claim, shares: list[Term]) -> Term | None:
    """The ratio that a claim repeats, where it speaks of experts or balance."""
    about = claim.metric in ("utilisation.experts", "utilisation.sparse") or bool(
        {Topic.EXPERT, Topic.BALANCE} & set(claim.scope.topics)
    )
    if not about or claim.metric not in ("utilisation", "utilisation.experts", "utilisation.sparse"):
        return None
    return next((each for each in shares if each.value < 1 and isclose(each.value, claim.value, rel_tol=0.01)), None)
