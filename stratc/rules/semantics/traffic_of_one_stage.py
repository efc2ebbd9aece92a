"""SE121: transfers and bubbles of a pipeline of one stage."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.said.promise import states_baseline
from stratc.arith.unit import PERCENT
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.statement import CEILINGS
from stratc.rules.rule import Finding, rule


@rule("SE121", category=Category.SEMANTICS, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def traffic_of_one_stage(case: Case) -> Iterator[Finding]:
    """A plan with one pipeline stage sends activations between stages, or makes its bubble smaller.

    ## What it finds
    A pipeline-parallel degree stated as one, beside transfers between stages, micro-batches that reduce the bubble, or
    a bubble above zero.

    ## Why it matters
    One stage has no neighbour and no bubble.  Either the degree is not what was meant, or time and gains are counted
    that do not exist.

    ## Example
    ```plan
    - **PP**: 1
    - Activations are sent between pipeline stages   <!-- SE121 -->
    ```

    ## References
    - huang-2019, section 2
    """
    degree = case.known("strategy.pp")
    several = case.plan.further or case.has_several("strategy.pp")
    if not degree.is_stated or degree.value != 1 or several or case.strategy.stages[1:]:
        return
    for mention in case.mentions("transfer_between_stages", "bubble_by_micro_batches"):
        between = mention.concept == "transfer_between_stages"
        yield Finding(
            at=mention,
            message="transfers between pipeline stages, but pp = 1 has none"
            if between
            else "micro-batches said to make the bubble smaller, but pp = 1 has no bubble",
            label="said here",
            also=((degree, "one stage"),),
            help="leave it out, or state the stages that are meant",
        )
    compared = ("bubble",) if states_baseline(case) else ("bubble", "reduction.bubble")
    claims = [*case.claims(*compared)]
    for claim in claims if len(claims) == 1 else ():  # several are those of layouts that are compared
        if claim.quantity.low > 0 and claim.relation not in CEILINGS:
            what = "a bubble" if claim.metric == "bubble" else "a bubble smaller by a share"
            yield Finding(
                at=claim,
                message=f"{what} of {claim.quantity.show()} stated, but pp = 1 has no bubble",
                stated=claim.value,
                computed=0,
                unit=PERCENT,
                also=((degree, "one stage"),),
                help="leave it out, or state the stages that are meant",
            )
