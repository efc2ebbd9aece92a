"""SE117: parts that are spread taken for copies."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import value_or
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule


@rule("SE117", category=Category.SEMANTICS, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def redundancy_by_spreading(case: Case) -> Iterator[Finding]:
    """A model spread over devices is said to withstand the failure of one, though nothing is held twice.

    ## What it finds
    "No single point of failure with distributed experts", failures said to affect some experts only, or a redundancy
    that comes of distribution, in a plan without replicas and without spare experts.

    ## Why it matters
    Every device holds a part that no other has.  When it fails, its expert, its slice of every matrix or its stage is
    gone, and every request stops: more devices fail more often.

    ## Example
    ```plan
    - **Expert parallelism**: EP = 16
    - No single point of failure with distributed experts   <!-- SE117 -->
    ```

    ## References
    - lepikhin-2020, section 3
    """
    copies = value_or(case.strategy.dp, 1)
    if copies > 1 or any(case.claims("experts.backup", "replicas")):
        return
    for mention in case.mentions("redundancy_by_spreading", roles=(Role.PLAN, Role.TARGET, Role.ALTERNATIVE)):
        yield Finding(
            at=mention,
            message="parts of a model that lie on one device each are lost with it: the plan has no replica and no "
            "spare expert",
            label="said here",
            help="plan for replicas, or say how a failed device is replaced",
        )
