"""ME120: activations of a token smaller than its hidden state."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.memory.amounts import token_hidden_state
from stratc.arith.unit import BYTE, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule

FAR = 1.5


@rule("ME120", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def activations_below_hidden_state(case: Case) -> Iterator[Finding]:
    """The activations of a token are less than its hidden state.

    ## What it finds
    A figure for the activations of one token below hidden size × bytes, divided by tensor and context parallelism
    where the plan has them.

    ## Why it matters
    The hidden state is the least that a layer hands to the next; a device holds several such tensors at once.

    ## Example
    ```plan
    - **Hidden size**: 6144
    - **Precision**: FP16
    - **Activations per token**: 1 KB   <!-- ME120 -->
    ```

    ## References
    - korthikanti-2022, section 4
    """
    least = token_hidden_state(case)
    for claim in case.claims("memory.activations"):
        if claim.per is Per.TOKEN and claim.quantity.high * FAR < least.value:
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} of activations a token, but one hidden state is {least} = "
                f"{show(least.value, BYTE)}",
                because=least,
                stated=claim.value,
                unit=BYTE,
                help="count at least the input and output of a layer and its widest product",
            )
