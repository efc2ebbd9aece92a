"""ME117: weights on a device that leave a degree out."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.shares import left_out
from stratc.analysis.memory.amounts import model_weights
from stratc.arith.unit import BYTE, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule


@rule("ME117", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def undivided_weights(case: Case) -> Iterator[Finding]:
    """The weights on a device are divided by some of the degrees, but not by one that divides everything.

    ## What it finds
    Weights of a device that are the whole model's divided by other degrees alone, in a plan that also has pipeline
    stages, or tensor parallelism in a model without experts.  A total of the device counts where its working divides
    the whole model by one degree.

    ## Why it matters
    A stage holds only its own layers, and a tensor-parallel device only its part of them; the device has that much
    more room than planned.

    ## Example
    ```plan
    - **Model size**: 70B parameters
    - **Precision**: BF16
    - **Tensor parallelism**: TP = 4
    - **Pipeline parallelism**: PP = 2
    - **Model weights per GPU**: 35 GB   <!-- ME117 -->
    ```

    ## References
    - narayanan-2021, section 2.2
    """
    whole = model_weights(case)
    for claim in case.claims("memory.weights", "memory.total"):
        worked = claim.working is not None and claim.cause != ""  # a total of the weights alone, divided by a degree
        if claim.per is Per.DEVICE and (worked or claim.metric == "memory.weights"):
            for found in left_out(case, claim, whole, case.tolerance):
                yield Finding(
                    at=claim,
                    message=f"{claim.quantity.show()} on a device, but {found.share} = "
                    f"{show(found.share.value, BYTE)}: {found}",
                    because=found.share,
                    stated=claim.value,
                    unit=BYTE,
                    help="divide by that degree as well, or say why every device holds more",
                )
