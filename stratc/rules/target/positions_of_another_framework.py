"""TG109: the kind of position embedding against the framework."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import CALLED, framework
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("TG109", category=Category.TARGET, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def positions_of_another_framework(case: Case) -> Iterator[Finding]:
    """The framework that runs the plan has no such position embedding.

    ## What it finds
    A plan for Megatron-LM, Megatron-DeepSpeed or torchtitan with linear biases on attention (ALiBi).

    ## Why it matters
    None of them has these biases: the run has other positions, or none.

    ## Example
    ```strat
    model { position_embedding = alibi }  # TG109
    strategy { framework = "Megatron-LM" }
    ```

    ## References
    - megatron-core, arguments
    """
    runs = framework(case, "megatron", "deepspeed", "torchtitan")
    positions = case.known("model.position_embedding")
    if positions.value != "alibi":
        return
    if runs == "deepspeed" and case.setting("--position-embedding-type") is not None:
        return  # a launch of a fork of Megatron-DeepSpeed that has them, as BigScience's
    yield Finding(
        at=positions,
        message=f"{CALLED[runs]} has no {positions.value} positions",
        stated=positions.value,
        help="plan with rotary or learned positions, or name the fork that has these",
    )
