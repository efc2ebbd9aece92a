"""PE115: devices fully used, which says that they are allotted and not that they work."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.term import plain
from stratc.arith.unit import PERCENT
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Relation
from stratc.rules.rule import Finding, rule

LITTLE = 0.5  # a share up to which nobody calls a device fully used


@rule("PE115", category=Category.CONSISTENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def full_use_of_idle_devices(case: Case) -> Iterator[Finding]:
    """The devices are said to be fully used, which counts those that are allotted and not what they do.

    ## What it finds
    A utilisation of the devices of 100 % beside one of 50 % or less, both of the whole plan; alone, it is only noted.
    Silent where the working counts devices and nothing else speaks of their use, and where the bubble of the pipeline
    tells how much of the time they can be busy.

    ## Why it matters
    The first usually counts the devices that are allotted, and hides that most of what is paid for does nothing.

    ## Example
    ```plan
    - **Total GPUs**: 32
    - **GPU utilization**: 100% (32 of 32 GPUs)   <!-- PE115 -->
    - **Compute utilization**: below 20%
    ```

    ## References
    - williams-2009, section 3
    - chowdhery-2022, appendix B
    """
    claims = [each for each in case.claims("utilisation") if each.metric == "utilisation" and each.index is None]
    full = [each for each in claims if each.relation is Relation.IS and each.quantity.low >= 1]
    little = next(filter(_is_little, claims), None)
    if little is None:
        yield from _alone(case, [each for each in full if each.working is None and each.quantity.high <= 1])
        return
    if not full:
        return
    yield Finding(
        at=full[0],
        message=f"{full[0].quantity.show()} of the devices used, but {little.quantity.show()} of their compute",
        stated=full[0].value,
        computed=little.value,
        unit=PERCENT,
        also=((little, "hardly used"), *((each, "and here") for each in full[1:])),
        help="say which counts devices and which their work",
    )


def _alone(case: Case, full: list[Claim]) -> Iterator[Finding]:
    counted = case.has("strategy.device_count") or case.has("hardware.device_count")
    filled = case.has("workload.micro_batches") and plain(case.number_or("strategy.pp", 1)) > 1
    if full and counted and not filled and next(case.claims("utilisation.mfu"), None) is None:
        yield Finding(
            at=full[0],
            message=f"{full[0].quantity.show()} of the devices used, which no device reaches that also communicates: "
            "it counts devices that are allotted",
            stated=full[0].value,
            unit=PERCENT,
            also=tuple((each, "and here") for each in full[1:]),
            help="say what share of their time, or of their peak, the devices compute",
        ).as_remark


def _is_little(claim: Claim) -> bool:
    bound = claim.relation in (Relation.IS, Relation.LESS, Relation.AT_MOST)
    return bound and claim.goal is None and not claim.cause and claim.quantity.high <= LITTLE
