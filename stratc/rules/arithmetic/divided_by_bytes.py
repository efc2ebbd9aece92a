"""AR205: parameters divided by the bytes of each."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.shares import splitting_degrees
from stratc.arith.term import Apply, Term
from stratc.arith.unit import BYTE, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.rules.rule import Finding, rule

WIDEST = 8  # bytes of an element
FEWEST = 1e8  # parameters of a model or its share; a smaller factor is the size of a layer or a batch


@rule("AR205", category=Category.MEMORY, severity=Severity.ERROR, certainty=Certainty.DEFINITE)
def divided_by_bytes(case: Case) -> Iterator[Finding]:
    """A memory figure divides a number of parameters by the bytes of each, which multiply it.

    ## What it finds
    A figure in bytes whose working has the bytes of an element under the division bar and no bytes above it.

    ## Why it matters
    In two bytes the result is a quarter of what is needed; the device has much less room than the plan counts on.

    ## Example
    ```plan
    - **Model parameters**: 0.25 GB per GPU (4B ÷ 8 GPUs ÷ 2 bytes)   <!-- AR205 -->
    - **Optimizer**: 2 GB per GPU (4B × 4 bytes ÷ 8 GPUs)
    ```

    ## References
    - micikevicius-2018, section 3
    """
    for claim in case.claims("memory", "equation"):
        working = claim.working
        if working is None or claim.quantity.dimension != BYTE or (width := _width(working)) is None:
            continue
        if _is_degree(case, working, width):
            continue
        meant = working.value * width**2
        if not claim.quantity.agrees(meant, case.tolerance):
            yield _finding(claim, working, meant)


def _width(term: Term) -> float | None:
    """The bytes of an element by which a product is divided, where nothing above the bar is in bytes."""
    over, under = _sides(term)
    widths = [each.value for each in under if each.dimension == BYTE and each.value <= WIDEST]
    if len(widths) != 1 or any(each.dimension == BYTE for each in over):
        return None
    return widths[0]


def _is_degree(case: Case, working: Term, width: float) -> bool:
    """Whether devices may divide sizes of a layer, "bytes" being said of the result: "34 × s × h / 4 bytes"."""
    largest = max(each.value for each in _sides(working)[0])
    return largest < FEWEST and width in (known.value for known in splitting_degrees(case).values())


def _sides(term: Term) -> tuple[list[Term], list[Term]]:
    """The factors above and below the bar of a product."""
    match term:
        case Apply("×", left, right):
            (a, b), (c, d) = _sides(left), _sides(right)
            return a + c, b + d
        case Apply("÷", left, right):
            (a, b), (c, d) = _sides(left), _sides(right)
            return a + d, b + c
    return [term], []


def _finding(claim: Claim, working: Term, meant: float) -> Finding:
    return Finding(
        at=claim,
        message=f"{claim.quantity.show()} stated as {working}, but the bytes of a parameter multiply: "
        f"{show(meant, BYTE)}",
        because=working,
        stated=claim.value,
        computed=meant,
        unit=BYTE,
        help="multiply by the bytes of a parameter",
    )
