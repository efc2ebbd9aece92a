"""AR107: a share that is not its amount over the whole of the others."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule

ROLES = (Role.PLAN, Role.TARGET, Role.EARLIER, Role.ALTERNATIVE)


@rule("AR107", category=Category.ARITHMETIC, severity=Severity.WARNING)
def row_share_mismatch(case: Case) -> Iterator[Finding]:
    """A share in a table or list is not its amount over the whole that the other shares are of.

    ## What it finds
    Amounts with a percentage beside each, where one percentage is off by more than rounding.  The whole is the total
    below them, as long as some share is of it, or what most of the shares imply, and then the finding is only likely.

    ## Why it matters
    Readers look at the shares to find what is large; either the share or its amount is wrong.

    ## Example
    ```plan
    | Component | Memory (GB) | Share |
    |-----------|-------------|-------|
    | Weights | 20 | 50% |
    | KV cache | 12 | 40% | <!-- AR107 -->
    | Activations | 8 | 20% |
    | Total | 40 | 100% |
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    for claim in case.claims("row.share", roles=ROLES):
        if claim.working is not None:
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} stated, but {claim.working} = "
                f"{claim.quantity.show(claim.working.value)}, as the other shares are counted",
                because=claim.working,
                stated=claim.value,
                unit=claim.quantity.unit,
                certainty=None if claim.cause == "told" else Certainty.LIKELY,
                help="correct the share or the amount beside it",
                write=claim.quantity.show(claim.working.value) if claim.cause == "told" else "",
            )
