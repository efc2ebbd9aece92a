"""PI114: a pipeline that trains and is said to hold one micro-batch."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.phase import trains
from stratc.analysis.schedule import first_stage_in_flight, pipeline_stages, schedule_of
from stratc.arith.term import plain
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("PI114", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def one_micro_batch_held(case: Case) -> Iterator[Finding]:
    """Activations of one micro-batch are counted for a pipeline that keeps several in flight.

    ## What it finds
    "One micro-batch in flight" in a plan that trains over several stages under GPipe or 1F1B, and that runs more than
    one micro-batch a step.

    ## Why it matters
    A stage keeps the activations of every micro-batch whose backward pass has not come back yet.  Under 1F1B the first
    of p stages holds p of them, under GPipe every stage holds all: the activations are that many times as large.

    ## Example
    ```plan
    # Training run
    - **Pipeline parallelism**: PP = 4
    - **Schedule**: 1F1B with 32 micro-batches
    - Activations: 1.2 GB for the one micro-batch in flight   <!-- PI114 -->
    ```

    ## References
    - narayanan-2021, section 2.2
    """
    held = first_stage_in_flight(case)
    if plain(held) <= 1 or not trains(case):
        return
    for mention in case.mentions("one_in_flight"):
        yield Finding(
            at=mention,
            message=f"one micro-batch said to be in flight, but the first of {figures(plain(pipeline_stages(case)))} "
            f"stages keeps {figures(plain(held))} under {schedule_of(case)}",
            label="said here",
            help="count the activations of every micro-batch whose backward pass is still to come",
        )
        return
