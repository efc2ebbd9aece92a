"""PE110: linear scaling without a figure."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.said.promise import PROMISED
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule

ANYWHERE = (*PROMISED, Role.ALTERNATIVE)  # what a plan says of other sizes is still its promise


@rule("PE110", category=Category.THROUGHPUT, severity=Severity.INFO, certainty=Certainty.JUDGEMENT)
def linear_scaling_asserted(case: Case) -> Iterator[Finding]:
    """Linear scaling is asserted without a figure.

    ## What it finds
    A sentence that promises throughput in proportion to devices or experts.

    ## Why it matters
    Collectives, bubbles and uneven loads grow with the number of devices, and expert parallelism ends where each
    device has one expert.  Plans built on the promise buy devices that add little.

    ## Example
    ```plan
    - **Scalability**: Linear scaling with GPU count   <!-- PE110 -->
    ```

    ## References
    - narayanan-2021, section 5.1
    """
    experts = case.fact("model.experts")
    end = ""
    if isinstance(experts, Known) and experts.value > 1:
        end = f", and expert parallelism ends at {figures(experts.value)} experts"
    for claim in case.claims("scaling.linear", roles=ANYWHERE):
        yield Finding(
            at=claim,
            message=f"linear scaling asserted, but no throughput at two sizes is given{end}",
            stated=claim.value,
            help="give the throughput at two numbers of devices",
        )
