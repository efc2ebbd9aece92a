"""CN119: one operation with two times."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.unit import SECOND
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.rules.rule import Finding, rule

NEAR = 0.1  # of figures that were rounded


@rule("CN119", category=Category.LATENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def conflicting_times(case: Case) -> Iterator[Finding]:
    """One operation is given two times under the same name.

    ## What it finds
    Two exact times of one operation ("TP all-reduce per layer") in two sections of the plan, under labels of the same
    words, that no rounding brings together.  Three and more times are taken for several cases, and so are times below
    headings that speak of options, phases or requirements, or of different parts.

    ## Why it matters
    The latency of a layer or a step is added up from one of the two.

    ## Example
    ```plan
    ## Communication
    - **TP all-reduce per layer**: 0.35 ms

    ## Latency of a layer
    - **TP all-reduce per layer**: 1.4 ms <!-- CN119 -->
    ```

    ## References
    - ieee-29148-2018, consistency of requirements
    """
    operations: dict[tuple[str, str], list[Claim]] = {}
    for claim in case.claims("time.labelled"):
        operations.setdefault((claim.cause.partition("|")[0], claim.scope.strategy), []).append(claim)
    for claims in operations.values():
        first = claims[0]
        others = [each for each in claims if each.value != first.value]
        sections = {each.scope.path for each in claims}
        if len({each.value for each in others}) == 1 and len(sections) > 1 and _differ(first, others[0]):
            yield Finding(
                at=others[0],
                message=f"{others[0].quantity.show()} here, but {first.quantity.show()} elsewhere",
                stated=others[0].value,
                computed=first.value,
                unit=SECOND,
                also=((first, "another time"),),
                help="keep one of the two, or say what each is for",
            )


def _differ(one: Claim, other: Claim) -> bool:
    apart = one.scope.path != other.scope.path and _are_of_one(one, other)
    return apart and not (one.quantity.agrees(other.value, NEAR) or other.quantity.agrees(one.value, NEAR))


def _are_of_one(one: Claim, other: Claim) -> bool:
    """Whether the headings above the two give them to the same part of the model or the machine."""
    (label, _, first), (_, _, second) = one.cause.partition("|"), other.cause.partition("|")
    things, others = set(first.split()) - set(label.split()), set(second.split()) - set(label.split())
    return things == others
