"""TG208: groups of ranks in DeepSpeed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.ir.origin import Known, Stated, value_or
from stratc.rules.rule import Finding, rule

SEQUENCES = "sequence_parallel_size"
SHARDS = "zero_optimization.zero_hpz_partition_size"


@rule("TG208", category=Category.TARGET, severity=Severity.ERROR)
def group_not_dividing_ranks(case: Case) -> Iterator[Finding]:
    """A group of ranks does not divide the ranks of the job.

    ## What it finds
    A plan or a launch for DeepSpeed whose devices are no multiple of the degree of its sequence parallelism, its
    tensor parallelism or its secondary shards, or whose ranks of a stage are no multiple of its expert parallelism.

    ## Why it matters
    The job stops when its groups are made. A sequence-parallel size alone is divided in silence: batch sizes become
    fractions.

    ## Example
    ```strat
    model { experts = 32 }
    strategy {
      framework = "DeepSpeed"
      device_count = 12
      ep = 8  # TG208
    }
    ```

    ## References
    - deepspeed-config
    """
    framework(case, "deepspeed")
    world = case.known("strategy.device_count")
    for what, degree, ranks in _groups(case, world):
        if degree.value < 2 or ranks % degree.value == 0:
            continue
        silent = "; batch sizes become fractions in silence" if what == "sequence-parallel" else ""
        yield Finding(
            at=degree,
            message=f"{what} groups of {degree.value} do not divide {ranks} ranks{silent}",
            stated=degree.value,
            computed=ranks,
            also=((world, "devices"),),
            help="choose a degree that divides the ranks",
        )


def _groups(case: Case, world: Known[Any]) -> Iterator[tuple[str, Known[Any], int]]:
    """What is grouped, the size of a group, and the ranks that it must divide."""
    stages = value_or(case.strategy.pp, 1)
    tensor, experts = case.fact("strategy.tp"), case.fact("strategy.ep")
    if isinstance(experts, Known):
        yield "expert-parallel", experts, world.value // stages
    if isinstance(tensor, Known) and case.setting("tensor_parallel.autotp_size"):
        yield "tensor-parallel", tensor, world.value
    for name, what in ((SEQUENCES, "sequence-parallel"), (SHARDS, "secondary shard")):
        setting = case.setting(name)
        if setting and isinstance(setting.value, int):
            yield what, Known(setting.value, Stated(setting.places)), world.value
