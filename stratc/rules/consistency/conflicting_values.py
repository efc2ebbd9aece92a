"""CN101: one quantity with two values."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.said.values import shown, stated_twice
from stratc.analysis.words import WORDS
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

_LINKS = ("hardware.link_bandwidth", "hardware.network_bandwidth")


@rule("CN101", category=Category.CONSISTENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def conflicting_values(case: Case) -> Iterator[Finding]:
    """One quantity of the plan has two values.

    ## What it finds
    A property of the model, the machines, the workload or the strategy that the plan gives twice, with figures that
    neither rounding explains nor a degree that divides one into the other.  Numbers of devices are left to the DV
    rules, which know how they add up.  Outside the hardware it is a remark, for plans speak of parts and of
    alternatives; so it is for links, of which a node may have several kinds.

    ## Why it matters
    Every figure derived from it depends on which of the two the reader takes.

    ## Example
    ```plan
    ## Hardware
    - **Bandwidth utilization**: 80%

    ## Communication
    - **Bandwidth utilization**: 60%   <!-- CN101 -->
    ```

    ## References
    - ieee-29148-2018, consistency of requirements
    """
    slips = {span for mention in case.mentions("bits_as_bytes") for span in mention.spans()}
    repeated = {span for claim in case.claims("recap") for span in claim.spans()}
    for key, believed, other in stated_twice(case):
        if key in _LINKS and not slips.isdisjoint(other.spans()):
            continue  # for the rule on bits
        if repeated.issuperset(other.spans()):
            continue  # for the rule on recaps
        if case.is_set(other) or case.is_set(believed):
            continue  # for the rule on settings
        words, _ = WORDS[key]
        here, there = shown(key, other.value), shown(key, believed.value)
        yield Finding(
            at=other,
            message=f"{words}: {here} here, {there} elsewhere",
            stated=here,
            computed=there,
            also=((believed, "another value"),),
            severity=Severity.INFO if key in _LINKS or not key.startswith("hardware.") else None,
            help="keep one value, or say what the other belongs to",
        )
