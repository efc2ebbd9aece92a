"""DV212: parts of a device against all parts and devices."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import ceil, floor, isclose, prod

from stratc.analysis.case import Case
from stratc.arith.term import Named
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Known
from stratc.ir.statement import Relation
from stratc.rules.rule import Finding, rule

SPLITS = ("tp", "dp", "cp", "ep", "pp")  # degrees by which a part may lie on several devices


@rule("DV212", category=Category.CONSISTENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def parts_per_device_mismatch(case: Case) -> Iterator[Finding]:
    """The parts of a device are not all parts divided by the devices.

    ## What it finds
    Parts or modules of a device that are not the one number of parts over the devices, rounded up or down, nor as
    many times more as a part lies on several devices of a degree.

    ## Why it matters
    The balance of the devices is argued from this number.

    ## Example
    ```plan
    - **Total GPUs**: 256
    - **Total modules**: 1024
    - **Modules per GPU**: 16 <!-- DV212 -->
    ```

    ## References
    - huang-2019, section 2.2
    """
    devices = case.known("strategy.device_count")
    wholes = [each for each in case.claims("parts") if each.metric == "parts" and each.relation is Relation.IS]
    if len({each.value for each in wholes}) != 1 or not devices.value:
        return
    share = Named("parts", wholes[0].value, wholes[0]) / Named("devices", devices.value, devices)
    for claim in case.claims("parts.device"):
        if claim.relation is Relation.IS and claim.working is None and not _is_fair(case, claim, share.value):
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} parts a device stated, but {share} = {figures(share.value)}",
                because=share,
                stated=claim.value,
                computed=share.value,
                help="correct the parts, or say on how many devices each lies",
            )


def _is_fair(case: Case, claim: Claim, share: float) -> bool:
    known = [case.fact(f"strategy.{name}") for name in SPLITS]
    splits = [float(fact.value) for fact in known if isinstance(fact, Known) and fact.value > 1]
    times = [prod(some) for count in range(len(splits) + 1) for some in combinations(splits, count)]
    counts = {rounded for each in times for rounded in (share * each, floor(share * each), ceil(share * each))}
    return any(claim.quantity.agrees(each) or isclose(claim.value, each) for each in counts)
