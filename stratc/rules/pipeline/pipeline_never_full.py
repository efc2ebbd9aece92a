"""PI107: fewer micro-batches than stages."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.schedule import busy_share, pipeline_stages
from stratc.arith.term import lift, plain
from stratc.arith.unit import PERCENT, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("PI107", category=Category.PIPELINE, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def pipeline_never_full(case: Case) -> Iterator[Finding]:
    """There are fewer micro-batches than pipeline stages.

    ## What it finds
    A number of micro-batches below the number of stages.

    ## Why it matters
    At no time do all stages work: more than half of the device time is lost.

    ## Example
    ```plan
    - **Pipeline Parallelism**: 8-way
    - **Micro-batches**: 4   <!-- PI107 -->
    ```

    ## References
    - huang-2019, section 2.3
    """
    known = case.known("workload.micro_batches")
    stages, bound = pipeline_stages(case), busy_share(case)
    if known.value >= plain(stages):
        return
    yield Finding(
        at=known,
        message=f"{known.value} micro-batches on {figures(plain(stages))} stages never fill the pipeline: the devices "
        f"are busy for {show(plain(bound), PERCENT)} of the time at most",
        because=lift(bound),
        stated=known.value,
        unit=PERCENT,
        severity=None if case.launch else Severity.INFO,  # a plan may mean it; a launch has no other say
        help=f"plan for {figures(plain(stages))} micro-batches or more",
    )
