"""CN143: the answer to one requirement against what the plan works out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("CN143", category=Category.CONSISTENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def answer_given_nowhere_else(case: Case) -> Iterator[Finding]:
    """One answer in a table of requirements is a figure that the plan gives nowhere else.

    ## What it finds
    A table of three or more bounds with their answers, all of which the plan works out or repeats elsewhere but for one
    time, rate or size, where it gives another figure near to it in the same unit.  Silent where several answers stand
    alone, as measured ones may, and where none of the plan's figures could have been meant.

    ## Why it matters
    The table is what is signed; the figure in it is of another version of the plan, or of none.

    ## Example
    ```plan
    | Requirement | Met by |
    |---|---|
    | ≤ 25 ms between tokens | 20.1 ms |   <!-- CN143 -->
    | prompt read within ≤ 150 ms | 76.8 ms |
    | ≤ 36 GB per GPU | 18.57 GB |

    The step takes 16.8 ms, and a prompt 76.8 ms.

    2.80 + 13.27 + 2.50 = 18.57 GB
    ```

    ## References
    - ieee-29148-2018, consistency of requirements
    """
    for claim in case.claims("answer.alone"):
        if claim.goal is None:
            continue
        here, there = claim.quantity.show(), claim.goal.quantity.show()
        yield Finding(
            at=claim,
            message=f"{here} answers a requirement, but is found nowhere else in the plan, which gives {there}",
            stated=claim.value,
            computed=claim.goal.quantity.value,
            unit=claim.quantity.unit,
            also=((replace(claim, places=(claim.goal.span,)), "given here"),),
            help="answer with the figure that the plan works out",
        )
