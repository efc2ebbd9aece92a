"""CO102: an all-reduce smaller than one token."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.said.promise import is_below, promises, said
from stratc.analysis.speed.communication import token_bytes
from stratc.arith.term import lift, plain
from stratc.arith.unit import BYTE, show
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule


@rule("CO102", category=Category.COMMUNICATION, severity=Severity.ERROR)
def all_reduce_too_small(case: Case) -> Iterator[Finding]:
    """The tensor-parallel all-reduce is stated smaller than the activations of one token.

    ## What it finds
    Bytes of tensor-parallel communication, of a layer or not said of what, below hidden size × bytes of an element.

    ## Why it matters
    Every all-reduce carries whole activations, twice a layer; link loads derived from less are wrong by orders of
    magnitude.

    ## Example
    ```plan
    - **Hidden size**: 8192
    - **Precision**: FP16
    - **Tensor Parallelism**: 8-way
    - **Tensor parallel all-reduce**: 128 bytes per layer   <!-- CO102 -->
    ```

    ## References
    - narayanan-2021, section 3.2
    """
    if case.known("strategy.tp").value <= 1:
        return
    least = token_bytes(case)
    for claim in promises(case, "communication.volume"):
        if claim.cause == "tp" and claim.per in (Per.LAYER, Per.UNSAID, Per.TOKEN) and is_below(claim, plain(least)):
            yield Finding(
                at=claim,
                message=f"{said(claim)} stated, but one token alone is {least} = {show(plain(least), BYTE)}",
                because=lift(least),
                stated=claim.value,
                unit=BYTE,
                help="an all-reduce carries tokens × hidden size × bytes of an element, twice a layer",
            )
