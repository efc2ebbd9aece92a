"""PI111: a pipeline whose bubble is said to be gone."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.schedule import pipeline_stages, schedule_of
from stratc.analysis.said.phase import trains
from stratc.arith.term import plain
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule


@rule("PI111", category=Category.PIPELINE, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def bubble_said_to_vanish(case: Case) -> Iterator[Finding]:
    """The bubble of a pipeline with several stages is said to be gone.

    ## What it finds
    "Eliminates pipeline bubbles", "the bubble is gone" in a plan with two stages or more, under GPipe, 1F1B or an
    interleaved schedule.  In a plan that is not said to train it is a remark, for requests may keep the stages filled.

    ## Why it matters
    While the first micro-batch enters, all later stages wait.  More micro-batches, interleaving and fewer stages make
    that share smaller; it ends only with one stage, or with schedules that split the backward pass.

    ## Example
    ```plan
    # Training run
    - **Pipeline parallelism**: PP = 4
    - **Schedule**: 1F1B with 32 micro-batches, which eliminates the bubble   <!-- PI111 -->
    ```

    ## References
    - huang-2019, section 2.3
    - narayanan-2021, section 2.2
    """
    stages = plain(pipeline_stages(case))
    if schedule_of(case) not in ("gpipe", "1f1b", "interleaved"):
        return
    for mention in case.mentions("bubble_removed", roles=(Role.PLAN, Role.TARGET, Role.ALTERNATIVE)):
        yield Finding(
            at=mention,
            message=f"the bubble said to be gone on {figures(stages)} stages, but with m micro-batches "
            f"{figures(stages - 1)} ÷ (m + {figures(stages - 1)}) of the time stays idle",
            label="said here",
            severity=None if trains(case) else Severity.INFO,
            help="give the number of micro-batches and the share that stays idle",
        )
        return
