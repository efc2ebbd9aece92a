"""ME147: an option turned down for weights that its degrees divide."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.memory.amounts import stated_weights
from stratc.arith.unit import BYTE, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule

NEAR = 0.06  # that the size of the model is rounded by
ROOM = 0.9  # of a device that weights may take, so that the option is not refused for good reason


@rule("ME147", category=Category.MEMORY, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def option_refused_undivided(case: Case) -> Iterator[Finding]:
    """An option is turned down because the whole model exceeds a device, though its own degrees divide it.

    ## What it finds
    A layout with tensor or pipeline parallelism that is said not to fit, with the weights of the whole model beside the
    memory of one device, where the degrees leave clearly less.

    ## Why it matters
    The option may be the better one, and it is refused by a figure that is not its own.

    ## Example
    ```plan
    - **Parameters**: 34B
    - **Precision**: FP16
    - **GPU memory**: 64 GB per GPU
    - TP8 × DP4 is rejected: 68 GB of weights > 64 GB   <!-- ME147 -->
    ```

    ## References
    - shoeybi-2019, section 3
    """
    whole, capacity = stated_weights(case), case.known("hardware.memory")
    for claim in case.claims("option.weights", roles=tuple(Role)):
        is_whole = abs(claim.value - whole.value) <= NEAR * whole.value
        share = claim.working
        if share is not None and is_whole and share.value < ROOM * capacity.value < claim.value:
            yield Finding(
                at=claim,
                message=f"turned down for {claim.quantity.show()} on a device of {show(capacity.value, BYTE)}, but its "
                f"degrees leave {share} = {show(share.value, BYTE)}",
                because=share,
                stated=claim.value,
                computed=share.value,
                unit=BYTE,
                also=((capacity, "memory of a device"),),
                help="divide the weights by the degrees of the option, and weigh it again",
            )
