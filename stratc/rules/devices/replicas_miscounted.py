"""DV216: replicas against the devices of all."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.devices import closed as closed_by_degrees
from stratc.analysis.layout.groups import replica_sizes
from stratc.arith.term import Named, Term, lift, plain
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Known, value_or
from stratc.rules.rule import Finding, rule

_TOTALS = ("strategy.device_count", "hardware.device_count")


@rule("DV216", category=Category.GPU_COUNT, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def replicas_miscounted(case: Case) -> Iterator[Finding]:
    """The replicas of a plan take other devices than it has.

    ## What it finds
    So many replicas, instances or engines of so many devices each, as stated or as the degrees make them, beside a
    number of devices below their product; or above it, where the plan says both what a replica takes and how many
    devices they need together.

    ## Why it matters
    The last replica finds no devices, or devices that were paid for serve nobody.

    ## Example
    ```plan
    - **TP**: 4
    - **Replicas**: 6
    - **Total GPUs**: 20   <!-- DV216 -->
    ```

    ## References
    - narayanan-2021, section 3
    """
    if case.is_one_of_several or case.has_several("strategy.tp", "strategy.pp", "strategy.cp"):
        return
    claims = tuple(case.claims("replicas.run"))
    sized = _size(case)
    if len({each.value for each in claims}) != 1 or sized is None or claims[0].value < 2:
        return
    claim, (size, closed) = claims[0], sized
    copies = value_or(case.strategy.dp, 1)
    if copies not in (1, claim.value) or closed_by_degrees(case) or value_or(case.strategy.sp, 1) > 1:
        return
    needed = lift(Named("replicas", claim.value, claim) * size)
    totals = {key: each for key in _TOTALS if isinstance(each := case.fact(key), Known) and each.is_stated}
    if any(each.value == plain(needed) for each in totals.values()) or case.has_several(*_TOTALS):
        return
    for key, total in totals.items():
        short = total.value < plain(needed)
        if (short and total.value > plain(size)) or (closed and not short and key == _TOTALS[0]):
            yield _finding(total, claim, needed)
            return


def _size(case: Case) -> tuple[Term, bool] | None:
    """The devices of a replica, and whether that is all of them; at least so many where a degree is open."""
    groups = [each for each in case.claims("group.devices") if each.cause == "replica"]
    if groups and len({each.value for each in groups}) == 1:
        return Named("devices each", groups[0].value, groups[0]), True
    made = replica_sizes(case)
    return (made.term, made.closed and len(made.sizes) == 1) if made is not None else None


def _finding(total: Known[int], claim: Claim, needed: Term) -> Finding:
    return Finding(
        at=total,
        message=f"{figures(total.value)} devices, but {needed} = {figures(plain(needed))}",
        because=needed,
        stated=total.value,
        also=((claim, "replicas"),),
        help="correct the number of devices, of replicas, or what each of them takes",
    )
