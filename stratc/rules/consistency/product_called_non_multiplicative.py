"""CN104: degrees that are said not to multiply, and multiplied."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.term import Apply, Term
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.ir.claim import Claim
from stratc.rules.rule import Finding, rule


@rule("CN104", category=Category.CONSISTENCY, severity=Severity.INFO)
def product_called_non_multiplicative(case: Case) -> Iterator[Finding]:
    """The plan says that its degrees do not multiply, and multiplies them.

    ## What it finds
    A statement that the number of devices is no product of the degrees, beside an equation that makes it one.

    ## Why it matters
    The reader cannot tell which degrees share devices, and a degree that is left out of the product goes unseen.

    ## Example
    ```plan
    ## Total GPU calculation (non-multiplicative)   <!-- CN104 -->
    - **Expert parallelism**: EP = 4
    - **Tensor parallelism**: TP = 2
    - **Total GPUs**: 4 (EP) × 2 (TP) = 8 GPUs
    ```

    ## References
    - megatron-core, parallel state
    """
    products = [claim for claim in case.plan.claims if _is_device_product(case, claim)]
    for mention, claim in zip(list(case.mentions("non_multiplicative"))[:1], products, strict=False):
        yield Finding(
            at=mention,
            message=f"said not to multiply, but {claim.working} = {claim.quantity.show()}",
            because=claim.working,
            label="said here",
            also=((claim, "multiplied here"),),
            help="say which degrees share devices, and multiply the others",
        )


def _is_device_product(case: Case, claim: Claim) -> bool:
    devices = case.known("strategy.device_count")
    return claim.working is not None and claim.value == devices.value and _is_product(claim.working)


def _is_product(term: Term) -> bool:
    return isinstance(term, Apply) and term.op == "×" and term.left.value > 1 and term.right.value > 1
