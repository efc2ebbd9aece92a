"""CO114: a time that is said to hide behind a shorter one."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.unit import SECOND, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule

SLACK = 1.02


@rule("CO114", category=Category.COMMUNICATION, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def hidden_behind_less(case: Case) -> Iterator[Finding]:
    """A transfer is said to be hidden behind work that takes less time than it.

    ## What it finds
    Two times of one sentence, the first said to be hidden behind or overlapped with the second, which is shorter.
    Silent where the sentence speaks of a part.

    ## Why it matters
    What runs beside something shorter sticks out by the difference, in every layer and every step.

    ## Example
    ```plan
    - The all-to-all takes 26 ms and is hidden behind 18 ms of computation   <!-- CO114 -->
    ```

    ## References
    - narayanan-2021, section 3.2
    """
    for claim in case.claims("time.hidden", roles=(Role.PLAN, Role.TARGET)):
        cover = claim.working.value if claim.working is not None else claim.value
        if claim.value > cover * SLACK:
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} said to hide behind {show(cover, SECOND)}: "
                f"{show(claim.value - cover, SECOND)} of it cannot",
                stated=claim.value,
                computed=cover,
                unit=SECOND,
                label="said to be hidden",
                help="count the time that sticks out",
            )
