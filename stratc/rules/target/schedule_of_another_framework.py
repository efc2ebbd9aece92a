"""TG108: the pipeline schedule against the framework."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import CALLED, framework
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

SCHEDULES = {
    "megatron": ("1f1b", "interleaved"),
    "deepspeed": ("1f1b", "zb-h1"),
    "torchtitan": ("1f1b", "gpipe", "interleaved", "zb-v", "dualpipe"),
}


@rule("TG108", category=Category.TARGET, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def schedule_of_another_framework(case: Case) -> Iterator[Finding]:
    """The framework that runs the plan has no such pipeline schedule.

    ## What it finds
    A plan that names one framework and a schedule which that framework does not have: Megatron-LM has 1F1B and
    interleaved 1F1B, DeepSpeed 1F1B and ZB-H1, torchtitan those of torch.distributed.pipelining.

    ## Why it matters
    The run uses another schedule, and its bubble and its memory are those of the other one.

    ## Example
    ```strat
    strategy {
      framework = "Megatron-LM"
      pp = 8
      schedule = dualpipe  # TG108
    }
    ```

    ## References
    - narayanan-2021, section 2.2
    - megatron-core, pipeline_parallel schedules
    """
    runs = framework(case, *SCHEDULES)
    schedule = case.known("strategy.schedule")
    if schedule.value in SCHEDULES[runs]:
        return
    yield Finding(
        at=schedule,
        message=f"{CALLED[runs]} has no {schedule.value} schedule, only {' and '.join(SCHEDULES[runs])}",
        stated=schedule.value,
        help="plan with a schedule that the framework has",
    )
