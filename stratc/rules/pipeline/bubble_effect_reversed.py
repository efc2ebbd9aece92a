"""PI109: what makes a bubble larger, said to make it smaller."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.mention import Mention
from stratc.ir.origin import Known, value_or
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule


@rule("PI109", category=Category.PIPELINE, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def bubble_effect_reversed(case: Case) -> Iterator[Finding]:
    """The pipeline bubble is said to shrink with fewer or larger micro-batches or more stages, or to grow with more.

    ## What it finds
    Sentences that reduce the bubble by fewer micro-batches, by larger ones, or by a deeper pipeline, that raise it by
    more micro-batches, or that call it smaller with more stages than the plan has.  Interleaved schedules are left
    alone: more virtual stages do make it smaller.

    ## Why it matters
    With p stages and m micro-batches the bubble is (p - 1) ÷ (m + p - 1): it falls with m and grows with p.  Turned in
    the wrong direction, the knob costs the throughput that it should win.

    ## Example
    ```plan
    - **Pipeline Parallelism**: 8-way
    - **Micro-batches**: 32
    - Using fewer micro-batches reduces the pipeline bubble <!-- PI109 -->
    ```

    ## References
    - huang-2019, section 2.3
    """
    interleaved = value_or(case.strategy.vpp, 1) > 1 or value_or(case.strategy.schedule, "") == "interleaved"
    for mention in _reversed(case) if not interleaved else ():
        yield Finding(
            at=mention,
            message="a smaller bubble by fewer or larger micro-batches or more stages, but (p - 1) ÷ (m + p - 1) falls "
            "only with more micro-batches m or fewer stages p"
            if mention.concept != "bubble_raised"
            else "a larger bubble by more micro-batches, but (p - 1) ÷ (m + p - 1) falls with more micro-batches m",
            help="take more and smaller micro-batches, fewer stages, or an interleaved schedule",
        )


def _reversed(case: Case) -> Iterator[Mention]:
    """Where the bubble is turned the wrong way; stages that are counted are compared with those of the plan."""
    roles = (Role.PLAN, Role.ALTERNATIVE)
    yield from case.mentions("bubble_reversed", "bubble_raised", roles=roles)
    stages = case.fact("strategy.pp")
    for mention in case.mentions("bubble_by_stages", roles=roles):
        if isinstance(stages, Known) and 1 < stages.value < int(mention.cause):
            yield mention
