"""PE218: a latency that no calculation of the plan leads to."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.derivation import asserted, prompts_seconds, time_is_derived
from stratc.analysis.figures.throughput import least_token_seconds
from stratc.analysis.said.promise import is_below, said
from stratc.arith.term import lift, plain
from stratc.arith.unit import SECOND, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Missing
from stratc.rules.rule import Finding, rule

FAR = 3.0  # times the least, from which on most of the time is something else


@rule("PE218", category=Category.LATENCY, severity=Severity.INFO, certainty=Certainty.JUDGEMENT)
def latency_without_derivation(case: Case) -> Iterator[Finding]:
    """A latency is promised that nothing in the plan derives, and most of which the known work does not explain.

    ## What it finds
    A time to the first token, or per output token, of three times or more what its prompt or its weights take, in a
    plan that works out or measured no such time.  Silent where the facts do not give that least time.

    ## Why it matters
    What the rest is (queueing, communication, the cache, a margin) decides whether the figure holds when the load
    changes.

    ## Example
    ```plan
    - **Parameters**: 10B
    - **Computing Power**: 400 TFLOPS per GPU
    - **Total GPUs**: 8
    - **Batch size**: 4 sequences
    - **Prompt length**: 4096 tokens

    ## Expected performance
    - **TTFT**: 2.5 s   <!-- PE218 -->
    ```

    ## References
    - pope-2022, section 2
    """
    parts = (
        ("latency.ttft", prompts_seconds, "computing the prompts"),
        ("latency.tpot", least_token_seconds, "reading its weights"),
    )
    for metric, least, what in parts:
        claims = asserted(case, metric)
        if not claims or any(time_is_derived(case, each) for each in claims):
            continue
        try:
            bound = least(case)
        except Missing:
            continue
        if is_below(claims[0], FAR * plain(bound)):
            continue
        yield Finding(
            at=claims[0],
            message=f"{said(claims[0])} without a working: {what} takes {bound} = {show(plain(bound), SECOND)}, and "
            "the plan does not say what the rest is",
            because=lift(bound),
            stated=claims[0].value,
            unit=SECOND,
            also=tuple((each, "and here") for each in claims[1:]),
            help="derive it, with queueing and communication as parts of their own, or say where it was measured",
        )
