"""DI104: experts over expert-parallel ranks."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.legality import experts
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("DI104", category=Category.DIVISIBILITY, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def experts_not_divisible(case: Case) -> Iterator[Finding]:
    """The experts of a layer cannot be split evenly over the expert-parallel ranks.

    ## What it finds
    A number of routed experts that the expert-parallel degree does not divide.  Silent where spare copies of experts
    are planned, and where the degree is a multiple of the experts, for then experts may be meant to be copied.

    ## Why it matters
    Megatron-LM and DeepSpeed refuse to start; elsewhere some ranks hold more experts and all wait for them.

    ## Example
    ```plan
    - **Experts**: 60 per layer
    - **Expert Parallelism**: 8-way <!-- DI104 -->
    ```

    ## References
    - lepikhin-2020, section 3
    - megatron-core, validate_args
    """
    shares = experts(case)
    if shares.legal:
        return
    yield Finding(
        at=shares.degree,
        message=f"{shares} experts per rank, which is no whole number",
        because=shares.working,
        stated=shares.degree.value,
        help="choose an expert-parallel degree that divides the experts",
    )
