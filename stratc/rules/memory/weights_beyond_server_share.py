"""ME142: weights that do not fit the share of the memory that the server takes."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.frameworks.limits import memory_taken
from stratc.analysis.layout.shares import splitting_degrees
from stratc.arith.term import Named
from stratc.arith.unit import BYTE, PERCENT, UNITS, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per, Relation
from stratc.rules.rule import Finding, rule


@rule("ME142", category=Category.MEMORY, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def weights_beyond_server_share(case: Case) -> Iterator[Finding]:
    """The weights of a device are more than the share of its memory that the server is started with.

    ## What it finds
    Weights stated for a device above its memory × the share that the plan sets for vLLM or SGLang.

    ## Why it matters
    The server fails at its start: weights, activations and cache have to live within that share.

    ## Example
    ````plan
    Weights take 75 GB of each 80 GB GPU.
    ```bash
    vllm serve org/model --gpu-memory-utilization 0.9   <!-- ME142 -->
    ```
    ````

    ## References
    - vllm-engine-arguments, gpu-memory-utilization
    """
    found = memory_taken(case)
    if found is None:
        return
    setting, share = found
    room = case.number("hardware.memory") * Named("share set", share, setting, PERCENT)
    for claim in case.claims("memory.weights"):
        if _is_of_device(claim, case) and claim.quantity.low > room.value:
            yield Finding(
                at=setting,
                message=f"the server may take {show(share, PERCENT)} of the memory, {room} = "
                f"{show(room.value, BYTE)}, but the weights of a device are {claim.quantity.show()}",
                because=room,
                stated=claim.value,
                unit=UNITS["GB"],
                label="set here",
                also=((claim, "weights of a device"),),
                help="divide the model over more devices, or give the server more of the memory",
            )


def _is_of_device(claim: Claim, case: Case) -> bool:
    """Whether a figure is that of a device; one that says nothing is where it fits one, but not the share."""
    fits = claim.value <= case.known("hardware.memory").value
    told = claim.per is Per.DEVICE or (claim.per is Per.UNSAID and fits and not splitting_degrees(case))
    return told and claim.relation is Relation.IS
