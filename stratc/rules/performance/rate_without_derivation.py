"""PE133: a rate that no calculation of the plan leads to."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.derivation import asserted, rate_is_derived
from stratc.analysis.figures.repeated import repeated_requirement
from stratc.analysis.figures.throughput import implied_utilisation, is_training
from stratc.analysis.said.promise import said
from stratc.arith.term import lift
from stratc.arith.unit import PERCENT, figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known
from stratc.rules.rule import Finding, rule


@rule("PE133", category=Category.THROUGHPUT, severity=Severity.INFO, certainty=Certainty.JUDGEMENT)
def rate_without_derivation(case: Case) -> Iterator[Finding]:
    """A throughput is promised that nothing in the plan derives.

    ## What it finds
    Tokens a second in a plan that serves, without any rate that is worked out or measured, be it from operations, from
    bytes or from batch and time; a requirement multiplied by the devices is none.  It says what share of the peak the
    rate takes.  Silent where the parameters or the peak are not known, where the plan's own utilisation gives the rate
    or is reached, and for rates beyond the peak, which are wrong.

    ## Why it matters
    A requirement that is only repeated as a result tells nobody whether it can be met.

    ## Example
    ```plan
    - **Parameters**: 10B
    - **Computing Power**: 400 TFLOPS per GPU
    - **Total GPUs**: 8

    ## Expected performance
    - **Throughput**: 5 tokens/ms per GPU   <!-- PE133 -->
    ```

    ## References
    - kaplan-2020, section 2.1
    """
    rates = asserted(case, "throughput.tokens")
    if not rates or is_training(case) or rate_is_derived(case) or next(case.claims("utilisation.mfu"), None):
        return  # throughput-against-mfu weighs a utilisation that is reached
    if repeated_requirement(case) is not None:  # which requirement-taken-for-result tells
        return
    first = rates[0]
    least, most = map(lift, implied_utilisation(case, first))
    if least.value > 1 or _is_planned(case, least.value, most.value):
        return
    yield Finding(
        at=first,
        message=f"{said(first)} without a working: it takes {least} = {figures(100 * least.value, 2)} % of the peak, "
        "and the plan says neither by what batch nor in what time",
        because=least,
        stated=first.value,
        unit=PERCENT,
        also=tuple((each, "and here") for each in rates[1:]),
        help="derive it from operations and peak, or from batch and time of a step, or say where it was measured",
    )


def _is_planned(case: Case, least: float, most: float) -> bool:
    """Whether the utilisation that the plan counts on gives the rate."""
    share = case.fact("hardware.mfu")
    return isinstance(share, Known) and least * 0.9 <= share.value <= most * 1.1
