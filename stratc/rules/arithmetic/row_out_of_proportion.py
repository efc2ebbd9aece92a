"""AR115: a row of a table whose figures do not go together as those of the other rows do."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.unit import PERCENT
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule


@rule("AR115", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def row_out_of_proportion(case: Case) -> Iterator[Finding]:
    """A rate or a utilisation is not to the other figure of its row as in all other rows of the table.

    ## What it finds
    Columns of which one follows from the other: model FLOPs utilisation from tokens a second, tokens a second from the
    time of a step.  Where nearly all rows of a table have one ratio, or one product, a row that is clearly off it is
    found, unless a column says that it has another batch, length, model or number of devices.

    ## Why it matters
    Layouts are chosen by such a table, often by the very row that was worked out another way.

    ## Example
    ```plan
    | run | step (ms) | tok/s total |
    |---|---|---|
    | A | 8 | 4000 |
    | B | 16 | 2000 |
    | C | 10 | 3200 |
    | D | 20 | 400 | <!-- AR115 -->
    ```

    ## References
    - chowdhery-2022, appendix B
    """
    for claim in case.claims("row.apart", roles=tuple(Role)):
        if claim.working is not None:
            shown = claim.quantity.show(claim.working.value)
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} stated, but by the other rows of the table {claim.working} = {shown}",
                because=claim.working,
                stated=claim.value,
                computed=claim.working.value,
                unit=PERCENT if claim.quantity.unit == PERCENT else claim.quantity.dimension,
                help="work all rows out in one way",
            )
