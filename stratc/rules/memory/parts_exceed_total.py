"""ME122: a total of a device that is less than parts given for it in sections of their own."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.workings import doubtful
from stratc.arith.term import Named, Term, lift
from stratc.arith.unit import BYTE, UNITS, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per, Relation
from stratc.rules.rule import Finding, rule

NEAR = 1.15  # rounding, and decimal units beside binary ones
PARTS = {
    "memory.weights": "weights",
    "memory.gradients": "gradients",
    "memory.optimizer": "optimizer state",
    "memory.activations": "activations",
    "memory.kv_cache": "key-value cache",
}


@rule("ME122", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def parts_exceed_total(case: Case) -> Iterator[Finding]:
    """The memory of a device in all is less than what sections before it give to its parts.

    ## What it finds
    A total of a device below the sum of weights, activations and the like of a device, each with a subsection of its
    own beside that of the total.  Parts listed right above their total are left to memory-sum-mismatch.

    ## Why it matters
    The part that was forgotten is what runs out of memory.

    ## Example
    ```plan
    ## Memory

    ### Weights
    - **Model weights**: 24 GB per GPU

    ### Activations
    - **Activation memory**: 10 GB per GPU
    - **Total memory per GPU**: 24 GB   <!-- ME122 -->
    ```

    ## References
    - rajbhandari-2020, section 3
    """
    blamed = doubtful(case)
    for total in case.claims("memory.total"):
        if total.metric != "memory.total" or not _is_of_device(total) or total in blamed:
            continue
        parts = tuple(_parts(case, total))
        if len(parts) < 2 or all(part.scope.path == total.scope.path for part in parts):
            continue
        needed: Term = _named(parts[0])
        for part in parts[1:]:
            needed = lift(needed + _named(part))
        if needed.value > total.quantity.high * NEAR:
            yield Finding(
                at=total,
                message=f"{total.quantity.show()} in all, but {needed} = {show(needed.value, BYTE)}",
                because=needed,
                stated=total.value,
                unit=BYTE,
                also=tuple((part, PARTS[part.metric]) for part in parts),
                help="add up the parts again, or say which of them do not count",
            )
            return


def _parts(case: Case, total: Claim) -> Iterator[Claim]:
    """The last figure before the total of every part that a section beside it gives to a device."""
    place = total.places[0].start
    for metric in PARTS:
        before = [
            each
            for each in case.claims(metric)
            if each.metric == metric and _is_of_device(each) and each.places[0].start < place
            if len(each.scope.path) > 1 and each.scope.path[:-1] == total.scope.path[:-1]
        ]
        if before:
            yield before[-1]


def _is_of_device(claim: Claim) -> bool:
    return claim.per is Per.DEVICE and claim.relation is Relation.IS and claim.index is None


def _named(claim: Claim) -> Named:
    return Named(f"of {PARTS[claim.metric]}", claim.quantity.low, claim, UNITS["GB"])
