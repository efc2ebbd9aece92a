"""CO106: one tensor-parallel all-reduce in a layer."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known
from stratc.rules.rule import Finding, rule


@rule("CO106", category=Category.COMMUNICATION, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def single_all_reduce(case: Case) -> Iterator[Finding]:
    """The tensor-parallel all-reduce is counted once in a layer, though attention and feed-forward each need one.

    ## What it finds
    "One all-reduce per layer" in a dense plan with tensor parallelism.  Plans with experts are left alone, which may
    split attention alone; so is a sentence that speaks of attention, of gradients or of another one.

    ## Why it matters
    The output projection of attention and the second matrix of the feed-forward block each leave partial sums on every
    device: two all-reduces a layer forward, and two more backward.  Volume and time of the communication double.

    ## Example
    ```plan
    - **Tensor parallelism**: TP = 4
    - **Collectives**: one all-reduce per layer   <!-- CO106 -->
    ```

    ## References
    - shoeybi-2019, section 3
    """
    degree = case.known("strategy.tp")
    experts = case.fact("strategy.ep")
    spread = not (isinstance(experts, Known) and experts.value == 1) and any(case.mentions("expert_parallel"))
    if degree.value < 2 or case.has("model.experts") or spread:
        return
    for mention in case.mentions("all_reduce_once"):
        yield Finding(
            at=mention,
            message="one all-reduce a layer stated, but attention and feed-forward each need one: 2 in each layer",
            stated=1,
            computed=2,
            label="said here",
            also=((degree, "tensor parallelism"),),
            help="count two operations a layer, and as many again for a backward pass",
        )
