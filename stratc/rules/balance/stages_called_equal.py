"""BA108: pipeline stages said to need the same memory."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.balance import held_by_first
from stratc.analysis.said.phase import trains
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule


@rule("BA108", category=Category.BALANCE, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def stages_called_equal(case: Case) -> Iterator[Finding]:
    """All pipeline stages of a training run are said to need the same memory.

    ## What it finds
    Such a sentence in a plan that trains with 1F1B on two stages or more.

    ## Why it matters
    With 1F1B the first stage keeps the activations of as many micro-batches as there are stages, the last one those of
    one.  The first also holds the embedding, the last the output layer with its logits: the fullest of them decides.

    ## Example
    ```plan
    # Pre-training
    - **Pipeline Parallelism**: 4 stages, 1F1B
    - Every stage needs the same amount of memory   <!-- BA108 -->
    ```

    ## References
    - narayanan-2021, section 2.2
    """
    stages, schedule = case.known("strategy.pp"), case.known("strategy.schedule")
    said = tuple(case.mentions("stages_of_equal_memory", roles=(Role.PLAN, Role.TARGET)))
    if not said or stages.value < 2 or schedule.value != "1f1b" or not trains(case):
        return
    held = held_by_first(case)
    if held > 1:
        yield Finding(
            at=said[0],
            message=f"stages said to need the same memory, but with 1F1B the first of {figures(stages.value)} keeps "
            f"the activations of {figures(held)} micro-batches and the last those of 1",
            computed=held,
            label="said here",
            also=((stages, "the stages"), (schedule, "the schedule")),
            help="size the first stage, which keeps the most",
        )
