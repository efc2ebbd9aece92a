"""SE120: a multiple that expert parallelism need not be."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import value_or
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule

ENGINES = ("vllm", "sglang")  # they tie the expert-parallel group to the tensor-parallel one


@rule("SE120", category=Category.SEMANTICS, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def expert_degree_bound_to_tensor(case: Case) -> Iterator[Finding]:
    """The expert-parallel degree is said to need to be a multiple of the tensor-parallel degree.

    ## What it finds
    "EP must be divisible by TP" and the like, in a plan that names no engine whose groups are tied that way.

    ## Why it matters
    Experts are spread over devices, matrices are split over devices; neither number has to divide the other.  What
    has to hold is that the experts are a multiple of EP, and that EP divides the devices of a stage.  A search over
    layouts with the wrong condition passes over good ones.

    ## Example
    ```plan
    - **TP**: 2, **EP**: 8
    - EP must be a multiple of TP   <!-- SE120 -->
    ```

    ## References
    - lepikhin-2020, section 3
    """
    mention = next(case.mentions("expert_degree_of_tensor", roles=(Role.PLAN, Role.TARGET)), None)
    if mention and value_or(case.strategy.framework, "").casefold() not in ENGINES:
        yield Finding(
            at=mention,
            message="expert parallelism said to need to be a multiple of tensor parallelism, but neither degree has to "
            "divide the other: the experts have to be a multiple of ep",
            label="said here",
            help="ask that ep divide the experts of a layer and the devices of a stage",
        )
