"""PE243: a target that every figure of the plan misses, of which the plan says nothing."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.said.promise import more_is_better, said
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.scope import Role
from stratc.ir.statement import CEILINGS, FLOORS, Relation
from stratc.rules.rule import Finding, rule

HELD = ("latency.tpot", "throughput.tokens", "throughput.sequences")  # TTFT is that of prompts of any length
SAID = (Role.PLAN, Role.TARGET)
MISSED = 0.05  # of the target; less may be rounding


@rule("PE243", category=Category.THROUGHPUT, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def target_missed_in_silence(case: Case) -> Iterator[Finding]:
    """Every figure that the plan gives for a latency or a rate misses the target that it sets, and it does not say so.

    ## What it finds
    One target for a latency or a rate, and none of the figures that the plan counts or measures for it within 5 % of
    it.  Silent where the plan compares the two itself, says anywhere that a target is missed, or calls it met: of that
    another rule speaks.

    ## Why it matters
    The plan is accepted for a target that it does not reach.

    ## Example
    ```plan
    ## Targets
    - **TPOT**: ≤ 25 ms

    ## Decode
    - **TPOT**: 28.1 ms   <!-- PE243 -->
    ```

    ## References
    - ieee-29148-2018, consistency of requirements
    """
    if any(case.mentions("target_missed", "requirements_met", "bound_met", "bounds_met", roles=SAID)):
        return
    met = {span for mention in case.mentions("requirement_met", roles=SAID) for span in mention.spans()}
    for metric in HELD:
        target = _only(case, metric)
        figures = [each for each in case.claims(metric) if each.metric == metric and each.relation is Relation.IS]
        if target is None or any(each.goal or met.intersection(each.spans()) for each in (target, *figures)):
            continue
        alike = [each for each in figures if each.per is target.per]
        if not alike or not all(_misses(each, target) for each in alike):
            continue
        nearest = (max if more_is_better(target) else min)(alike, key=lambda each: each.value)
        yield Finding(
            at=nearest,
            message=f"{nearest.quantity.show()} misses the target of {said(target)}, and the plan does not say so",
            stated=nearest.value,
            computed=target.value,
            unit=target.quantity.unit,
            also=((target, "the target"),),
            category=Category.LATENCY if metric.startswith("latency") else None,
            help="plan for the target, or say that it is missed",
        )


def _only(case: Case, metric: str) -> Claim | None:
    """The one target of a metric, a ceiling of what should be little or a floor of what should be much."""
    found = [each for each in case.claims(metric, roles=(Role.TARGET,)) if each.metric == metric]
    if len({(each.value, each.per, each.relation) for each in found}) != 1 or found[0].quantity.is_range:
        return None
    bounds = FLOORS if more_is_better(found[0]) else CEILINGS
    return found[0] if found[0].relation in (*bounds, Relation.IS) else None


def _misses(figure: Claim, target: Claim) -> bool:
    """Whether a figure, of a range the better end, is clearly worse than the target."""
    if more_is_better(target):
        return figure.quantity.high < target.value * (1 - MISSED)
    return figure.quantity.low > target.value * (1 + MISSED)
