"""CO107: a share of communication against the times beside it."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.said.promise import said
from stratc.arith.term import Named, Term, lift
from stratc.arith.unit import PERCENT, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import CEILINGS, FLOORS, Relation
from stratc.rules.rule import Finding, rule

NEAR = 1.3  # shares are rounded
OFTEN = (1, 2, 4)  # collectives of a kind in a layer, forward and backward, where the time is that of each
TIMES = ("latency.layer", "latency.stage", "latency.forward", "latency.backward", "latency.step")


@rule("CO107", category=Category.COMMUNICATION, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def communication_share_mismatch(case: Case) -> Iterator[Finding]:
    """The share of communication is not its time over the time stated with it.

    ## What it finds
    A share of communication that no two times of the same section give: communication over the whole, over the rest,
    or over both together.  A remark where they are the only times of an operation and of a layer in the plan.

    ## Why it matters
    The share decides whether overlap, topology or a smaller degree is worth the work.

    ## Example
    ```plan
    - **Compute time per layer**: 3.6 ms
    - **Communication time per layer**: 0.4 ms
    - **Communication overhead**: 5%   <!-- CO107 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    for claim in case.claims("share.communication"):
        parts = [each for each in case.claims("communication.time") if _is_beside(claim, each)]
        wholes = [each for each in case.claims(*TIMES) if _is_beside(claim, each)]
        apart = not parts and not wholes
        if apart:
            parts, wholes = _only(case, claim, "communication.time"), _only(case, claim, "latency.layer")
        if not parts or not wholes or claim.working is not None:
            continue
        once = [each.value for each in parts] + [sum(each.value for each in parts)]
        sums = [time * often for time in once for often in OFTEN]
        passes = [each.value for each in wholes if each.metric in ("latency.forward", "latency.backward")]
        rests = [each.value for each in wholes] + [sum(passes)] * (len(passes) == 2)
        ratios = [ratio for part in sums for rest in rests for ratio in (part / rest, part / (part + rest))]
        if not any(_fits(claim, ratio) for ratio in ratios) and max(once) < min(rests):
            part, whole = max(parts, key=lambda each: each.value), max(wholes, key=lambda each: each.value)
            share = lift(_named("of communication", part) / _named("of the whole", whole))
            yield Finding(
                at=claim,
                message=f"{said(claim)} of the time said to be communication, but {share} = "
                f"{show(share.value, PERCENT)}",
                because=share,
                stated=claim.value,
                unit=PERCENT,
                certainty=Certainty.JUDGEMENT if apart else None,
                help=f"write {show(share.value, PERCENT)}, or correct the times",
            )


def _only(case: Case, claim: Claim, metric: str) -> list[Claim]:
    """The time that stands alone under its metric in the whole plan, where it is of the phase of the claim."""
    found = [each for each in case.claims(metric) if each.relation is Relation.IS and each.goal is None]
    alone = len({each.value for each in found}) == 1 and found[0].value > 0
    return found[:1] if alone and found[0].scope.strategy == claim.scope.strategy else []


def _is_beside(claim: Claim, other: Claim) -> bool:
    same = claim.scope.path == other.scope.path
    return same and other.relation is Relation.IS and other.goal is None and other.value > 0


def _fits(claim: Claim, ratio: float) -> bool:
    low, high = claim.quantity.low / NEAR, claim.quantity.high * NEAR
    if claim.relation in CEILINGS:
        return ratio <= high
    return low <= ratio if claim.relation in FLOORS else low <= ratio <= high


def _named(words: str, claim: Claim) -> Term:
    return Named(words, claim.value, claim, claim.quantity.unit)
