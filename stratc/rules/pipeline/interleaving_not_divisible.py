"""PI108: the interleaved schedule wants as many micro-batches as stages, or a multiple."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.schedule import INTERLEAVED, pipeline_stages, schedule_of
from stratc.arith.term import lift, plain
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

GROUP = "--microbatch-group-size-per-virtual-pipeline-stage"


@rule("PI108", category=Category.PIPELINE, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def interleaving_not_divisible(case: Case) -> Iterator[Finding]:
    """The interleaved schedule has micro-batches that do not divide by its stages.

    ## What it finds
    An interleaved schedule whose micro-batches are not a multiple of the pipeline degree.

    ## Why it matters
    The schedule runs micro-batches in groups as large as the pipeline is long; Megatron refuses others.

    ## Example
    ```plan
    - **Pipeline Parallelism**: 4-way
    - **Pipeline schedule**: interleaved 1F1B
    - **Micro-batches**: 10   <!-- PI108 -->
    ```

    ## References
    - narayanan-2021, section 2.2.2
    """
    known = case.known("workload.micro_batches")
    stages = pipeline_stages(case)
    if case.setting(GROUP):
        return  # groups of another size are held to the micro-batches by a rule of the target
    if schedule_of(case) != INTERLEAVED or known.value % plain(stages) == 0:
        return
    rest = figures(known.value % plain(stages))
    yield Finding(
        at=known,
        message=f"{known.value} micro-batches on {figures(plain(stages))} interleaved stages leave {rest} over",
        because=lift(case.number("workload.micro_batches") / stages),
        stated=known.value,
        help=f"use a multiple of {figures(plain(stages))}",
    )
