"""PI115: an efficiency of the pipeline that is one minus the bubble over the ideal time."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from stratc.analysis.case import Case
from stratc.analysis.layout.schedule import busy_share, idle_overhead, micro_batches, pipeline_stages
from stratc.analysis.said.promise import foremost, promises
from stratc.arith.term import lift, plain
from stratc.arith.unit import PERCENT, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.statement import Relation
from stratc.rules.rule import Finding, rule

NEAR = 0.0015  # of a share that is given with one decimal
APART = 0.01  # below which the two shares are the same to the reader


@rule("PI115", category=Category.PIPELINE, severity=Severity.INFO, certainty=Certainty.JUDGEMENT)
def efficiency_of_two_bases(case: Case) -> Iterator[Finding]:
    """The efficiency of the pipeline is one minus (p - 1) ÷ m, which is a share of the ideal time and not of the step.

    ## What it finds
    A pipeline efficiency that is 1 - (p - 1) ÷ m and not m ÷ (m + p - 1).

    ## Why it matters
    (p - 1) ÷ m compares the bubble with the time that the work alone takes, and may be more than one; the share of the
    step that devices work is one minus the bubble over the whole step.

    ## Example
    ```plan
    - **Pipeline Parallelism**: 4-way
    - **Micro-batches**: 12
    - **Pipeline efficiency**: 75%   <!-- PI115 -->
    ```

    ## References
    - huang-2019, section 2.3
    - narayanan-2021, section 2.2
    """
    busy, beside = busy_share(case), 1 - plain(idle_overhead(case))
    if beside <= 0 or plain(busy) - beside < APART:
        return
    found = foremost(each for each in promises(case, "utilisation.pipeline") if each.relation is Relation.IS)
    for claim in found[:1]:
        if isclose(claim.value, beside, abs_tol=NEAR) and not claim.quantity.is_range:
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} is one minus the bubble over the ideal time; "
                f"{figures(plain(micro_batches(case)))} micro-batches on {figures(plain(pipeline_stages(case)))} "
                f"stages keep devices busy for {show(plain(busy), PERCENT)} of the step",
                because=lift(busy),
                stated=claim.value,
                computed=plain(busy),
                unit=PERCENT,
                help="divide the micro-batches by micro-batches and stages less one",
            )
