"""ME122: a total of a device that is less than parts given for it in sections of their own."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.workings import doubtful
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
    blamed, given = doubtful(case), _given(case)
    for total in case.claims("memory.total"):
        if total.metric != "memory.total" or not _is_of_device(total) or total in blamed:
            continue
        parts = tuple(_parts(given, total))
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


def _given(case: Case) -> dict[tuple[str, tuple[str, ...]], list[Claim]]:
    """What subsections give to a device, in the order of the text: by the part and by the section around them."""
    found: dict[tuple[str, tuple[str, ...]], list[Claim]] = {}
    for each in case.claims(*PARTS):
        if each.metric in PARTS and _is_of_device(each) and len(each.scope.path) > 1:
            found.setdefault((each.metric, each.scope.path[:-1]), []).append(each)
    for claims in found.values():
        claims.sort(key=_place)
    return found


def _parts(given: dict[tuple[str, tuple[str, ...]], list[Claim]], total: Claim) -> Iterator[Claim]:
    """The last figure before the total of every part that a section beside it gives to a device."""
    for metric in PARTS:
        beside = given.get((metric, total.scope.path[:-1]), [])
        if before := bisect_left(beside, _place(total), key=_place):
            yield beside[before - 1]


def _place(claim: Claim) -> int:
    return claim.places[0].start


def _is_of_device(claim: Claim) -> bool:
    return claim.per is Per.DEVICE and claim.relation is Relation.IS and claim.index is None


def _named(claim: Claim) -> Named:
    return Named(f"of {PARTS[claim.metric]}", claim.quantity.low, claim, UNITS["GB"])
