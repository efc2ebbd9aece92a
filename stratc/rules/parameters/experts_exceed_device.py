"""PA102: the experts of a device against all its parameters."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.unit import PARAMETER, show
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule


@rule("PA102", category=Category.PARAMETERS, severity=Severity.ERROR)
def experts_exceed_device(case: Case) -> Iterator[Finding]:
    """The experts on a device have more parameters than everything on the device.

    ## What it finds
    Two figures of one plan for one device: the parameters of its experts, and all its parameters, the first larger.

    ## Why it matters
    A part cannot be larger than the whole; one of the two is wrong, and with it the memory of the device.

    ## Example
    ```plan
    ### Per-GPU memory
    - **Model parameters**: ~1.5B parameters per GPU
    - **Expert parameters**: 8 experts per GPU = 2.4B parameters per GPU   <!-- PA102 -->
    ```

    ## References
    - shazeer-2017, section 2
    """
    wholes = [claim for claim in case.claims("parameters.device") if _of_device(claim)]
    for part in case.claims("parameters.experts"):
        for whole in wholes:
            if part.per is Per.DEVICE and part.quantity.low > whole.quantity.high * (1 + case.tolerance):
                yield _finding(part, whole)
                break


def _of_device(claim: Claim) -> bool:
    return claim.per in (Per.DEVICE, Per.UNSAID)


def _finding(part: Claim, whole: Claim) -> Finding:
    return Finding(
        at=part,
        message=f"{show(part.value, PARAMETER)} of experts on a device, but the device has "
        f"{show(whole.value, PARAMETER)} in all",
        stated=part.value,
        computed=whole.value,
        unit=PARAMETER,
        also=((whole, "all parameters of a device"),),
        help="count experts × layers × matrices × hidden size × expert size, divided by the degrees that split them",
    )
