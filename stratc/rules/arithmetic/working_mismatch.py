"""AR101: a figure against the working beside it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from stratc.analysis.case import Case
from stratc.analysis.figures.workings import Checked, Verdict, checked_workings
from stratc.arith.term import Literal, Term
from stratc.arith.unit import BYTE, COUNT, PERCENT, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

CATEGORIES = {
    "memory": Category.MEMORY,
    "parameters": Category.PARAMETERS,
    "latency": Category.LATENCY,
    "throughput": Category.THROUGHPUT,
    "communication": Category.COMMUNICATION,
    "share": Category.BALANCE,
}
_WRONG = (Verdict.FALSE, Verdict.DOUBTFUL, Verdict.BITS_AS_BYTES)
PREFIX = 1000**0.5  # a working off by less is meant in the unit of the figure, without its prefix
NEAR = 1.25  # a figure off by less has lost a rounding or an overhead rather than its sense


@rule("AR101", category=Category.ARITHMETIC, severity=Severity.ERROR)
def working_mismatch(case: Case) -> Iterator[Finding]:
    """A figure is not what the working written beside it comes to.

    ## What it finds
    A figure and an equation, in either order: `~2 GB (16 heads × 64 × 1024 × 2 bytes)`, `128 ÷ 16 = 9 GPUs`; or in
    a row, the formula in the column before its figure.  Units, rounding, "~", ranges and decimal or binary prefixes
    are allowed for, bits taken for bytes are not; a figure given in two units is its own working.  A working whose
    units are not said is only likely to be wrong, and only where no usual unit and no bytes of an element that it
    leaves out make it the figure.

    ## Why it matters
    Everything later in the plan that uses the figure is wrong with it, even where the sums are right.

    ## Example
    ```plan
    - **Expert weights**: 3 GB (8 experts × 1024 × 4096 × 2 matrices × 2 bytes)   <!-- AR101 -->
    - **Activations per layer**: 64 × 2048 × 1024 × 2 bytes = 268 MB
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    false = (each for each in checked_workings(case) if each.verdict in _WRONG)
    for _, links in groupby(false, key=lambda each: (each.claim.context, str(each.working))):
        chain: list[Checked] = []  # "a × b = 4000 = 4.0K" is one mistake
        for each in links:
            if not chain or not each.claim.quantity.agrees(chain[0].claim.value, case.tolerance):
                chain.append(each)
        for each in chain:
            yield _finding(each)


def _finding(each: Checked) -> Finding:
    stated, computed, doubtful = each.claim.quantity, each.computed, each.verdict is Verdict.DOUBTFUL
    write, same = stated.corrected(computed), isinstance(each.working, Literal)  # the same in another unit
    wrong = "the factor of the working that is wrong"
    return Finding(
        at=each.claim,
        message=f"{stated.show()} stated, but {_worked(each.working)} {'is' if same else '='} {_shown(each)}",
        because=each.working,
        stated=stated.value,
        unit=stated.dimension,
        severity=Severity.WARNING if _is_near(stated.value, computed) or doubtful else None,
        certainty=Certainty.LIKELY if doubtful else None,
        category=_category(each),
        help="correct one of the units" if same else f"correct {'' if write else 'the figure, or '}{wrong}",
        write="" if doubtful else write,
    )


def _worked(working: Term) -> str:
    """A working as it is written; a figure alone in its own unit."""
    return show(working.number, working.unit) if isinstance(working, Literal) and working.unit else str(working)


def _category(each: Checked) -> Category:
    if each.verdict is Verdict.BITS_AS_BYTES or isinstance(each.working, Literal):
        return Category.UNITS
    family = each.claim.metric.partition(".")[0]
    return CATEGORIES.get(family, Category.MEMORY if each.claim.quantity.dimension == BYTE else Category.ARITHMETIC)


def _shown(each: Checked) -> str:
    stated, computed = each.claim.quantity, each.computed
    if each.verdict is Verdict.DOUBTFUL:
        return stated.show(computed) if _is_near(stated.value, computed, PREFIX) else figures(computed)
    if stated.unit == PERCENT or stated.dimension == COUNT or isinstance(each.working, Literal):
        return stated.show(computed)
    return show(computed, stated.dimension)


def _is_near(stated: float, computed: float, factor: float = NEAR) -> bool:
    return min(stated, computed) > 0 and max(stated, computed) / min(stated, computed) < factor
