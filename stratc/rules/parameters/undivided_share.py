"""PA103: parameters on a device that leave the pipeline out."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.shares import LeftOut, left_out
from stratc.arith.term import lift
from stratc.arith.unit import PARAMETER, show
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule


@rule("PA103", category=Category.MEMORY, severity=Severity.WARNING)
def undivided_share(case: Case) -> Iterator[Finding]:
    """The parameters on a device are divided by some of the degrees, but not by the pipeline's.

    ## What it finds
    A number of parameters a device that is the declared size divided by tensor or expert parallelism alone, in a plan
    that also has pipeline stages.

    ## Why it matters
    A stage holds only its own layers.  The device has that much more room than planned, or holds a model that is that
    much smaller.

    ## Example
    ```plan
    - **Model size**: 16B parameters
    - **Experts per layer**: 32
    - **Expert parallelism**: EP = 8
    - **Pipeline parallelism**: PP = 4
    - **Parameters**: 2B per GPU (16B ÷ 8 EP)   <!-- PA103 -->
    ```

    ## References
    - narayanan-2021, section 2.2
    """
    whole = lift(case.number("model.parameters"))
    for claim in case.claims("parameters.device"):
        if claim.per in (Per.DEVICE, Per.UNSAID):
            for found in left_out(case, claim, whole, case.tolerance):
                yield _finding(claim, found)


def _finding(claim: Claim, found: LeftOut) -> Finding:
    return Finding(
        at=claim,
        message=f"{claim.quantity.show()} on a device, but {found.share} = {show(found.share.value, PARAMETER)}: "
        f"{found}",
        because=found.share,
        stated=claim.value,
        unit=PARAMETER,
        help="divide by the number of stages as well, or say why every device holds all layers",
    )
