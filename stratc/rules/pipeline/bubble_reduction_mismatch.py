"""PI104: a claimed reduction of the bubble against the one that the micro-batches give."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.schedule import bubble_saved, idle_share, micro_batches, pipeline_stages
from stratc.analysis.said.promise import promises, said
from stratc.arith.term import lift, plain
from stratc.arith.unit import PERCENT, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known
from stratc.ir.plan import Plan
from stratc.ir.statement import CEILINGS
from stratc.rules.rule import Finding, rule

NEAR = 0.05  # of the bubble


@rule("PI104", category=Category.PIPELINE, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def bubble_reduction_mismatch(case: Case) -> Iterator[Finding]:
    """The claimed reduction of the bubble is not the one that the micro-batches give.

    ## What it finds
    "25 % less bubble" beside stages and micro-batches that save another share of the bubble of an uncut batch.  Plans
    that compare themselves with another pipeline are left alone: theirs may be the baseline.

    ## Why it matters
    The number of micro-batches alone decides the bubble of GPipe and 1F1B; a figure that does not follow from it was
    not derived.

    ## Example
    ```plan
    - **Pipeline Parallelism**: 3-way
    - **Micro-batches**: 4
    - **Bubble time reduction**: 25%   <!-- PI104 -->
    ```

    ## References
    - huang-2019, section 2.3
    """
    if _compares_pipelines(case.plan):
        return
    saved, left = bubble_saved(case), idle_share(case)
    stages, count = figures(plain(pipeline_stages(case))), figures(plain(micro_batches(case)))
    for claim in promises(case, "reduction.bubble"):
        if claim.relation in CEILINGS or claim.quantity.agrees(plain(saved), NEAR):
            continue
        if abs(claim.value - plain(saved)) < NEAR:
            continue
        yield Finding(
            at=claim,
            message=f"{said(claim)} less bubble claimed, but {count} micro-batches on {stages} stages save "
            f"{show(plain(saved), PERCENT)} of that of an uncut batch and leave {show(plain(left), PERCENT)} idle",
            because=lift(saved),
            stated=claim.value,
            unit=PERCENT,
            help="say what the bubble is compared with",
        )


def _compares_pipelines(plan: Plan) -> bool:
    return any(isinstance(strategy.pp, Known) for strategy in plan.rejected)
