"""CN171: a plan called ready or feasible whose own memory does not suffice."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.said.promise import PROMISED
from stratc.arith.unit import PERCENT
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import CEILINGS
from stratc.rules.rule import Finding, rule


@rule("CN171", category=Category.CONSISTENCY, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def ready_above_memory(case: Case) -> Iterator[Finding]:
    """The plan is called feasible, and by its own figure the memory does not suffice.

    ## What it finds
    Words such as "ready for deployment", "practical implementation" or "operational feasibility" in a plan that gives
    the use of its devices' memory as more than all of it, in its own strategy and nowhere as that of another.

    ## Why it matters
    A process that needs more memory than the device has ends at its start, whatever the verdict says; readers of the
    conclusion do not see the figure.

    ## Example
    ```plan
    ## Memory
    - **Memory utilization**: 112%

    ## Conclusion
    The layout is ready for deployment.   <!-- CN171 -->
    ```

    ## References
    - ieee-29148-2018, consistency of requirements
    """
    shares = [each for each in case.claims("memory.share") if _is_used(each)]
    if not shares or min(each.quantity.high for each in shares) <= 1:
        return  # another figure says that it fits
    for mention in case.mentions("called_feasible", roles=PROMISED):
        yield Finding(
            at=mention,
            message=f"called feasible, but {shares[0].quantity.show()} of the memory are used by the plan's own figure",
            label="said here",
            stated=shares[0].value,
            unit=PERCENT,
            also=((shares[0], "more than there is"),),
            help="bring the memory below the capacity first, or say that the plan does not fit yet",
        )
        return


def _is_used(claim: Claim) -> bool:
    return claim.metric == "memory.share" and claim.relation not in CEILINGS and claim.goal is None
