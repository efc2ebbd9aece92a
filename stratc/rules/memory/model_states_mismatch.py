"""ME141: weights, gradients and optimizer state against what Adam keeps of each parameter."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.memory.setting import is_training
from stratc.analysis.memory.states import States, device_states, whole_states
from stratc.arith.term import plain
from stratc.arith.unit import BYTE, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule

NEAR = 0.08  # of figures that were rounded, or given in powers of two


@rule("ME141", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def model_states_mismatch(case: Case) -> Iterator[Finding]:
    """The model states of training are not what mixed precision with Adam keeps.

    ## What it finds
    One figure for weights, gradients and optimizer state together, outside 12 to 20 bytes a parameter as the plan's
    tensor and pipeline parallelism and its stage of ZeRO divide them.  A figure that does not say what it is counted
    for may be that of all devices or of one.  Silent where other optimizers, adapters or offloading are named, and on
    a working of what a device holds before ZeRO divides it.

    ## Why it matters
    The optimizer alone takes six times the weights: a plan that counts too little of it does not fit.

    ## Example
    ```plan
    # Training
    - 7B parameters, mixed precision with AdamW, no sharding
    - Memory for model states: 56 GB   <!-- ME141 -->
    ```

    ## References
    - rajbhandari-2020, section 3.1
    - megatron-core, distributed optimizer
    """
    if not is_training(case) or not any(case.mentions("optimizer")) or any(case.mentions("adapters", "offload")):
        return
    for claim in case.claims("states.model"):
        whole = [] if claim.per is Per.DEVICE else [whole_states(case)]
        held = [*whole, *([] if claim.per is Per.TOTAL else [device_states(case)])]
        if not any(_holds(claim, states) for states in held) and not _is_step(case, claim):
            usual = held[-1].usual
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} for weights, gradients and optimizer state, but mixed precision with "
                f"Adam keeps 16 bytes a parameter: {usual} = {show(usual.value, BYTE)}",
                because=usual,
                stated=claim.value,
                unit=BYTE,
                help="count 2 bytes for the weight, 2 to 4 for the gradient and 12 for the optimizer, and divide each "
                "by what shards it",
            )


def _is_step(case: Case, claim: Claim) -> bool:
    """Whether a figure with a working is what a device holds before ZeRO divides it, which a later line may do."""
    split = case.number_or("strategy.tp", 1) * case.number_or("strategy.pp", 1)
    whole = whole_states(case)
    undivided = States(whole.usual / split, whole.low / plain(split), whole.high / plain(split))
    return claim.working is not None and _holds(claim, undivided)


def _holds(claim: Claim, states: States) -> bool:
    return states.low * (1 - NEAR) <= claim.value <= states.high * (1 + NEAR)
