"""PE103: a requirement that is ticked although the figure beside it misses it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from stratc.analysis.case import Case
from stratc.analysis.said.promise import SIGNS, missed_end, more_is_better, promises
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import METRICS, Claim
from stratc.ir.scope import Role
from stratc.ir.statement import FLOORS, Goal, Per, Relation
from stratc.rules.rule import Finding, rule

_SAID = (Role.PLAN, Role.TARGET)
CATEGORIES = {"latency": Category.LATENCY, "memory": Category.MEMORY, "balance": Category.BALANCE}


@rule("PE103", category=Category.THROUGHPUT, severity=Severity.ERROR)
def requirement_missed(case: Case) -> Iterator[Finding]:
    """A requirement is ticked, but the figure beside it does not meet it.

    ## What it finds
    "✅ MFU ≥ 60 % (50-70 % achieved)": a requirement marked as met beside a figure, or an end of a range, that misses
    it.  A requirement without a sign is a floor for rates and utilisation, a ceiling for times and memory.  The tick
    may stand in the last column of the row; a plan that says that all requirements are met, or all of a kind, ticks
    their figures.  Also a bound that is ticked alone, and missed by every figure that the plan gives for it elsewhere.

    ## Why it matters
    The tick is what readers take away.

    ## Example
    ```plan
    - ✅ GPU utilization ≥ 60% MFU (50-70% achieved)   <!-- PE103 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    every = {metric.partition(".")[0] for metric in METRICS} - {"comparison"}
    beside = [(claim, True) for claim in promises(case, *sorted(every))]
    for claim, near in (*beside, *((claim, False) for claim in _elsewhere(case, every))):
        end = missed_end(claim)
        if claim.goal is None or end is None or not claim.goal.ticked:
            continue
        sign = SIGNS[claim.goal.relation]
        wanted = f"{sign}{claim.goal.quantity.show()}"
        part = f"the {'lower' if end == claim.quantity.low else 'upper'} end of " if claim.quantity.is_range else ""
        yield Finding(
            at=_nearest(claim, claim.goal),
            message=f"{wanted} required and ticked, but {part}{claim.quantity.show()} misses it",
            stated=end,
            computed=claim.goal.quantity.value,
            unit=claim.quantity.unit,
            category=CATEGORIES.get(claim.metric.partition(".")[0]),
            certainty=None
            if near
            and claim.metric != "labelled.figure"
            and (claim.quantity.is_range or (sign and end != claim.goal.quantity.value))
            else Certainty.LIKELY,
            help="take the tick away, or plan for the whole of the requirement",
        )
    yield from _bounds_alone(case)


def _nearest(claim: Claim, goal: Goal) -> Claim:
    """The claim, of whose places the one beside the requirement comes first."""
    return replace(claim, places=tuple(sorted(claim.places, key=lambda place: abs(place.start - goal.span.start))))


def _bounds_alone(case: Case) -> Iterator[Finding]:
    """Ticked bounds of rates and latencies that no figure of the plan meets, or not all where all are said to."""
    said = case.mentions("bound_met", "bounds_met", roles=_SAID)
    ticked = {span: each.concept for each in said for span in each.spans()}
    for bound in case.claims("throughput", "latency", roles=_SAID) if ticked else ():
        concept = next((ticked[span] for span in bound.spans() if span in ticked), "")
        if not concept or bound.relation is Relation.IS:
            continue
        goal = Goal(bound.relation, bound.quantity, bound.spans()[0], ticked=True)
        figures = [
            replace(each, goal=goal)
            for each in case.claims(bound.metric)
            if each.relation is Relation.IS and each.metric == bound.metric and each.per is bound.per
        ]
        missed = [each for each in figures if missed_end(each) is not None]
        if missed and (concept == "bounds_met" or len(missed) == len(figures)):
            yield Finding(
                at=replace(bound, places=tuple(each for each in bound.places if each in ticked) or bound.places),
                message=f"{SIGNS[bound.relation]}{bound.quantity.show()} ticked, but the plan gives "
                f"{missed[0].quantity.show()}",
                stated=bound.value,
                computed=missed[0].value,
                unit=bound.quantity.unit,
                also=((missed[0], "the figure"),),
                category=CATEGORIES.get(bound.metric.partition(".")[0]),
                certainty=Certainty.LIKELY,
                help="take the tick away, or plan for the whole of the requirement",
            )


def _elsewhere(case: Case, families: set[str]) -> Iterator[Claim]:
    """Figures declared to be enough, each with the one bound that the plan sets elsewhere for its metric."""
    met = {span for mention in case.mentions("requirement_met") for span in mention.spans()}
    every = [each.cause.split() or families for each in case.mentions("requirements_met")]
    if not met and not every:
        return
    bounds: dict[str, dict[tuple[Relation, float, Per], Claim]] = {}
    for claim in case.claims(*sorted(families), roles=(Role.TARGET,)):
        floor = claim.relation in FLOORS  # a ceiling of what should be much is an alert
        if claim.relation is not Relation.IS and floor == more_is_better(claim) and not claim.quantity.is_range:
            bounds.setdefault(claim.metric, {})[claim.relation, claim.value, claim.per] = claim
    for claim in case.claims(*sorted(families)):
        found = tuple(bounds.get(claim.metric, {}).values())
        if len(found) != 1 or found[0].per is not claim.per:
            continue
        said = met.intersection(claim.spans()) or any(claim.metric.partition(".")[0] in kinds for kinds in every)
        if claim.goal is None and claim.relation is Relation.IS and said:
            goal = Goal(found[0].relation, found[0].quantity, found[0].spans()[0], ticked=True)
            yield replace(claim, places=tuple(each for each in claim.places if each in met) or claim.places, goal=goal)
