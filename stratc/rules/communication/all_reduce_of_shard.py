"""CO105: an all-reduce of a shard of the hidden state."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.term import lift
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("CO105", category=Category.COMMUNICATION, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def all_reduce_of_shard(case: Case) -> Iterator[Finding]:
    """The tensor-parallel all-reduce is sized by a device's part of the hidden state.

    ## What it finds
    Elements of a token in an all-reduce that are the hidden size divided by the tensor-parallel degree.

    ## Why it matters
    Every device of the group holds a partial sum of the whole hidden state, and all of it is reduced; the volume is the
    degree times what was counted.

    ## Example
    ```plan
    - **Hidden size**: 8192
    - **Tensor parallelism**: TP = 2
    - **TP all-reduce**: 4096 × batch_size elements per layer   <!-- CO105 -->
    ```

    ## References
    - shoeybi-2019, section 3
    """
    hidden, degree = case.number("model.hidden_size"), case.number("strategy.tp")
    part = lift(hidden / degree)
    for claim in case.claims("communication.width"):
        if claim.cause in ("", "tp") and claim.value == part.value != lift(hidden).value:
            yield Finding(
                at=claim,
                message=f"{figures(claim.value)} elements of a token reduced, which is {part}, but each device adds "
                f"a partial sum of all {figures(lift(hidden).value)}",
                because=part,
                stated=claim.value,
                computed=lift(hidden).value,
                help="count the whole hidden size",
            )
