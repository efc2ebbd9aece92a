"""DV144: the branches of a drawn tree against its trunk."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("DV144", category=Category.GPU_COUNT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def branches_of_other_total(case: Case) -> Iterator[Finding]:
    """The devices of the branches of a tree are not those of the line above them.

    ## What it finds
    A tree in a bare fence whose line counts devices, with nodes, replicas or the like below it that each count or list
    their own, and do not add up to it.

    ## Why it matters
    One of the two is what was ordered or reserved, the other what is started.

    ## Example
    ````plan
    ```
    cluster (16 GPUs) <!-- DV144 -->
    ├── node 0 (8 GPUs)
    ├── node 1 (8 GPUs)
    └── node 2 (8 GPUs)
    ```
    ````

    ## References
    - narayanan-2021, section 3
    """
    for claim in case.claims("map.total"):
        if claim.working is not None and claim.value != claim.working.value:
            yield Finding(
                at=claim,
                message=f"{figures(claim.value)} devices here, but the other lines of the tree make it {claim.working}"
                f" = {figures(claim.working.value)}",
                because=claim.working,
                stated=claim.value,
                computed=claim.working.value,
                help="let the branches add up to what stands above them",
            )
