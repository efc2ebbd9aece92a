"""PE232: all requirements said to be met, though the plan itself puts a figure short of its target."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.said.promise import more_is_better, only_target
from stratc.arith.quantity import Quantity
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.mention import Mention
from stratc.ir.statement import Relation
from stratc.rules.rule import Finding, rule

KINDS = ("latency", "throughput")
MISSED = 0.05  # of the target; less may be rounding


@rule("PE232", category=Category.THROUGHPUT, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def missed_target_called_met(case: Case) -> Iterator[Finding]:
    """All requirements are said to be met, but the plan itself expects less than one of its targets.

    ## What it finds
    A sentence by which all requirements, or all those of performance, are met, in a plan whose only figure of a latency
    or throughput misses the one target that it sets for it.

    ## Why it matters
    The sentence is what readers take away; the target that is missed is somewhere in the middle.

    ## Example
    ```plan
    - **Expected throughput**: 7.0 requests/s
    - **Target throughput**: 8.0 requests/s

    The configuration meets all performance requirements.   <!-- PE232 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    for kind in KINDS:
        said = next((each for each in case.mentions("requirements_met") if kind in (each.cause.split() or KINDS)), None)
        if said is not None:
            yield from _missed(case, kind, said)


def _missed(case: Case, kind: str, said: Mention) -> Iterator[Finding]:
    for figure in case.claims(kind):
        target = figure.goal or only_target(case, figure)
        alone = len({each.value for each in case.claims(figure.metric) if each.metric == figure.metric}) == 1
        if target is not None and alone and _misses(figure, target.relation, target.quantity):
            yield Finding(
                at=said,
                message=f"said to be met, but {figure.quantity.show()} misses the target of {target.quantity.show()}",
                stated=figure.value,
                computed=target.quantity.value,
                unit=figure.quantity.unit,
                also=((figure, "the figure"),),
                category=Category.LATENCY if kind == "latency" else None,
                help="say which requirement is missed, or plan for the whole of it",
            )
            return


def _misses(figure: Claim, relation: Relation, target: Quantity) -> bool:
    """Whether an exact figure falls short of an exact target; bounds, and figures that are ticked, are PE103's."""
    if figure.relation is not Relation.IS or relation is not Relation.IS or target.is_range or figure.quantity.is_range:
        return False
    if (figure.goal is not None and figure.goal.ticked) or not target.value:
        return False
    ratio = figure.value / target.value
    return ratio < 1 - MISSED if more_is_better(figure) else ratio > 1 + MISSED
