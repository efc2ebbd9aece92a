"""CN126: a conclusion or a check that repeats the plan with another figure."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose
from typing import Any

from stratc.analysis.case import Case
from stratc.analysis.said.values import number_of, shown
from stratc.analysis.words import WORDS
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Known
from stratc.ir.values import Extent
from stratc.rules.rule import Finding, rule

DEVICES = ("strategy.device_count", "hardware.device_count")
ROUNDED = 0.2  # names of models are: "7B" of 6.7 billion parameters, "8x7B" of 47
CATEGORIES = {"strategy.device_count": Category.GPU_COUNT, "model.parameters": Category.PARAMETERS}


@rule("CN126", category=Category.CONSISTENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def recap_of_other_value(case: Case) -> Iterator[Finding]:
    """A conclusion, a summary or a ticked check repeats the plan with a figure that the plan gives nowhere else.

    ## What it finds
    A degree, the number of devices or the parameters of the model in a section that sums up or checks, where the plan
    has another value and none of its other sentences, options and earlier versions this one.  A part of the devices,
    and the rounded size in the name of a model, are none.

    ## Why it matters
    Many readers take their figures from the summary.

    ## Example
    ```plan
    - **Layout**: TP=4, PP=2, DP=2 on 16 GPUs

    ## Conclusion
    The TP=8, PP=2 strategy meets every requirement.   <!-- CN126 -->
    ```

    ## References
    - ieee-29148-2018, consistency of requirements
    """
    if case.plan.further:
        return
    repeated: set[object] = {span for claim in case.claims("recap") for span in claim.spans()}
    for claim in {(each.cause, each.value): each for each in reversed([*case.claims("recap")])}.values():
        keys = DEVICES if claim.cause in DEVICES else (claim.cause,)
        said = [*_stated(case, keys, repeated)]
        values = (*(float(each.value) for each in said), *_other_values(case, claim.cause, repeated))
        if not said or any(isclose(claim.value, each, rel_tol=_slack(claim)) for each in values):
            continue
        fact = said[0]
        if claim.cause in DEVICES and _is_part(case, claim.value, float(fact.value)):
            continue
        words, _ = WORDS[claim.cause]
        here, there = shown(claim.cause, claim.value), shown(claim.cause, fact.value)
        yield Finding(
            at=claim,
            message=f"{words}: {here} here, but {there} in the plan",
            stated=here,
            computed=there,
            category=CATEGORIES.get(DEVICES[0] if claim.cause in DEVICES else claim.cause),
            also=((fact, "the plan"),),
            help="give both the same value",
        )


def _slack(claim: Claim) -> float:
    return ROUNDED if claim.cause == "model.parameters" else 1e-9


def _stated(case: Case, keys: tuple[str, ...], repeated: set[object]) -> Iterator[Known[Any]]:
    """What the plan says outside its recaps, the value that it is believed to have first."""
    conflicts = [each for each in case.plan.conflicts if each.key in keys]
    every = (*map(case.fact, keys), *(other for each in conflicts for other in (each.believed, *each.others)))
    for fact in every:
        if not isinstance(fact, Known) or not fact.is_stated or isinstance(fact.value, Extent):
            continue
        if not repeated.issuperset(fact.spans()):
            yield fact


def _other_values(case: Case, key: str, repeated: set[object]) -> Iterator[float]:
    """Values of options and earlier versions, of experts apart and of a part of the parameters."""
    field = key.partition(".")[2]
    values = (getattr(strategy, field, None) for strategy in case.plan.rejected)
    yield from (each.value for each in values if isinstance(each, Known) and repeated.isdisjoint(each.spans()))
    if key == "strategy.tp":
        yield number_of(case, "strategy.expert_tp")
    if key == "model.parameters":
        yield from (each.value for each in case.claims("parameters"))


def _is_part(case: Case, value: float, whole: float) -> bool:
    """Whether a number of devices can be some of them, or all those of replicas that the plan does not count."""
    return whole % value == 0 or (not case.has("strategy.dp") and value % whole == 0)
