"""SE145: optimizer state, gradients or weights said to be saved by what leaves them as they are."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule

SAVED = {
    "states_by_recomputing": "recomputation drops activations and computes them again; weights, gradients and "
    "optimizer "
    "state stay as large",
    "states_by_products": "products in FP8 read copies of the weights in FP8; the moments and the master copy keep "
    "their own precision",
}


@rule("SE145", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def state_saved_by_another_part(case: Case) -> Iterator[Finding]:
    """Recomputation or FP8 products are said to make the optimizer state, gradients or weights smaller.

    ## What it finds
    "Recomputation trims the Adam moments", "activation checkpointing halves the gradients", "FP8 matrix products halve
    the optimizer state".  Moments that are themselves kept in eight or sixteen bits are left alone.

    ## Why it matters
    Activations grow with the batch, states with the parameters.  What saves the one leaves the other, so that a model
    whose states do not fit does not fit with it either.

    ## Example
    ```plan
    - **Recomputation**: full
    - Recomputation halves the optimizer states too   <!-- SE145 -->
    ```

    ## References
    - chen-2016, section 4
    - micikevicius-2018, section 3.1
    """
    for mention in case.mentions(*SAVED, roles=(Role.PLAN, Role.ALTERNATIVE)):
        yield Finding(
            at=mention,
            message=f"said to save what it leaves as it is: {SAVED[mention.concept]}",
            label="said here",
            help="shard the states over replicas (ZeRO), keep them in fewer bits, or split the model",
        )
