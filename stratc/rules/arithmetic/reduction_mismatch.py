"""AR102: a stated saving of devices against the two counts."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.unit import PERCENT
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.ir.origin import Known
from stratc.rules.rule import Finding, rule


@rule("AR102", category=Category.ARITHMETIC, severity=Severity.WARNING)
def reduction_mismatch(case: Case) -> Iterator[Finding]:
    """A stated saving of devices is not the difference of the two counts.

    ## What it finds
    A plan that names its own device count, the count of an earlier plan or alternative, and a saving between them that
    no pair of the counts gives.

    ## Why it matters
    The saving is what such a plan is chosen for; whoever signs it looks at this figure.

    ## Example
    ```plan
    # Parallel strategy

    ## Original plan
    - **Total GPUs**: 64

    ## Revised plan
    - **Total GPUs**: 16
    - **Reduction**: 60% reduction in GPU count   <!-- AR102 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    before = [known for each in case.plan.rejected if isinstance(known := each.device_count, Known)]
    now = case.known("strategy.device_count")
    for claim in case.claims("reduction.devices"):
        savings = [(1 - now.value / known.value, known) for known in before if known.value]
        if not savings or claim.working is not None:
            continue
        if any(claim.quantity.agrees(saving, case.tolerance) for saving, _ in savings):
            continue
        saving, known = savings[0]
        yield Finding(
            at=claim,
            message=f"{claim.quantity.show()} saved as stated, but from {known.value:,} to {now.value:,} devices it is "
            f"{claim.quantity.show(saving)}",
            stated=claim.value,
            computed=saving,
            unit=PERCENT,
            also=((known, "devices before"), (now, "devices now")),
            help="name the counts it compares",
            write=claim.quantity.corrected(saving) if len(savings) == 1 else "",
        )
