"""RN101: the steps of a run against its tokens."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.run import judged, run_settings, steps_by_samples, steps_by_tokens
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.held import held
from stratc.rules.rule import Finding, rule

NEAR = 0.06  # of figures that were rounded
ADVICE_ON_SAMPLES = "correct the steps, the samples, the passes over them or the batch"
ADVICE = "correct the steps, the tokens or the batch"


@rule("RN101", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def run_steps_mismatch(case: Case) -> Iterator[Finding]:
    """The steps of a training run are not its tokens over those of a step.

    ## What it finds
    Steps of a run that are neither the training tokens over sequences × length of a step, nor that over the tokens of a
    step as stated; every pass over the data counts.  Where a fine-tuning counts samples, its steps are samples × passes
    over the sequences of a step.  Also those that a launch of the plan sets.  Silent where batch,
    length or tokens have several values.

    ## Why it matters
    The learning-rate schedule is laid out over the steps: a run of half of them ends before it has decayed, or has seen
    half of the data.

    ## Example
    ```plan
    # Training
    - **Training tokens**: 200B
    - **Global batch**: 1024 sequences of 4096 tokens
    - **Steps**: 95,000   <!-- RN101 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    told = judged(case, "run.steps")
    yield from held(case, told, steps_by_tokens, "steps", NEAR, ADVICE)
    if not steps_by_tokens(case):
        yield from held(case, told, steps_by_samples, "steps", NEAR, ADVICE_ON_SAMPLES)
    for setting, count in run_settings(case):
        readings = steps_by_tokens(case)
        if readings and all(abs(count / each.value - 1) > NEAR for each in readings):
            yield Finding(
                at=setting,
                message=f"{figures(count)} steps set, but {readings[0]} = {figures(readings[0].value)}",
                because=readings[0],
                stated=count,
                help=ADVICE,
            )
