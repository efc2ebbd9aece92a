"""PI105: a claimed bubble against the one of the schedule."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.promise import is_below, promises, said
from stratc.analysis.schedule import (
    INTERLEAVED,
    idle_overhead,
    least_idle_share,
    micro_batches,
    pipeline_stages,
    schedule_of,
)
from stratc.arith.term import lift, plain
from stratc.arith.unit import PERCENT, figures, show
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule


@rule("PI105", category=Category.PIPELINE, severity=Severity.ERROR)
def bubble_share_mismatch(case: Case) -> Iterator[Finding]:
    """The claimed bubble is smaller than stages and micro-batches allow.

    ## What it finds
    A bubble below (p - 1) ÷ (m + p - 1), the idle share of a step; figures relative to the ideal time, (p - 1) ÷ m, are
    larger and therefore never flagged.

    ## Why it matters
    The bubble bounds the utilisation and the step time; both are promised too well.

    ## Example
    ```plan
    - **Pipeline Parallelism**: 8-way
    - **Micro-batches**: 16
    - **Pipeline bubble**: 10%   <!-- PI105 -->
    ```

    ## References
    - huang-2019, section 2.3
    - narayanan-2021, section 2.2
    """
    share = least_idle_share(case)
    stages, count = figures(plain(pipeline_stages(case))), figures(plain(micro_batches(case)))
    finest = schedule_of(case) == INTERLEAVED and not case.has("strategy.vpp")
    beside = "even with one layer a chunk" if finest else f"{show(plain(idle_overhead(case)), PERCENT)} of the ideal"
    for claim in promises(case, "bubble"):
        if is_below(claim, plain(share)):
            yield Finding(
                at=claim,
                message=f"a bubble of {said(claim)} claimed, but {count} micro-batches on {stages} stages "
                f"leave {show(plain(share), PERCENT)} of the step idle ({beside})",
                because=lift(share),
                stated=claim.value,
                unit=PERCENT,
                help="plan for more micro-batches, or name the schedule that has this bubble",
                write="" if finest else claim.quantity.corrected(plain(share)),
            )
