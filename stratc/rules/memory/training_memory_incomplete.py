"""ME102: a training total below the states that the plan itself lists."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.term import Named, Term
from stratc.arith.unit import BYTE, UNITS, show
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per, Relation
from stratc.rules.rule import Finding, rule


@rule("ME102", category=Category.MEMORY, severity=Severity.ERROR)
def training_memory_incomplete(case: Case) -> Iterator[Finding]:
    """The memory of training is less than weights, gradients and optimizer state together.

    ## What it finds
    A total for training below the sum of the three states that the plan gives for the same model.  A state larger than
    the weights may include them ("with gradients: 120 GB"); it is then counted without them.

    ## Why it matters
    Weights, gradients and moments are all live when the optimizer steps; a plan that adds only some of them runs out
    of memory in its first step.

    ## Example
    ```plan
    - **FP16 weights**: 40 GB
    - **With gradients**: 80 GB
    - **With optimizer states**: 120 GB
    - **Total training memory**: 120 GB   <!-- ME102 -->
    ```

    ## References
    - rajbhandari-2020, section 3.1
    """
    weights = _whole(case, "memory.weights")
    gradients, optimizer = _whole(case, "memory.gradients"), _whole(case, "memory.optimizer")
    if weights is None or gradients is None or optimizer is None:
        return
    needed = _named("weights", weights) + _own("gradients", gradients, weights) + _own("optimizer", optimizer, weights)
    for total in case.claims("memory.training"):
        whole = total.per in (Per.TOTAL, Per.UNSAID) and total.relation is Relation.IS
        if whole and needed.value > total.value and not total.quantity.agrees(needed.value, case.tolerance):
            yield _finding(total, needed)


def _whole(case: Case, metric: str) -> Claim | None:
    """The first figure for the whole model."""
    return next((claim for claim in case.claims(metric) if claim.per in (Per.TOTAL, Per.UNSAID)), None)


def _named(name: str, claim: Claim) -> Term:
    return Named(name, claim.value, claim, UNITS["GB"])


def _own(name: str, claim: Claim, weights: Claim) -> Term:
    whole = _named(name, claim)
    return whole - _named("weights", weights) if claim.value > weights.value else whole


def _finding(total: Claim, needed: Term) -> Finding:
    return Finding(
        at=total,
        message=f"{total.quantity.show()} for training, but weights, gradients and optimizer state come to at least "
        f"{show(needed.value, BYTE)}",
        because=needed,
        stated=total.value,
        unit=BYTE,
        help="add all three states, then activations; in mixed precision with Adam they are 16 bytes a parameter",
    )
