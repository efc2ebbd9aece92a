"""BA106: no dropped tokens at a capacity that drops them."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule


@rule("BA106", category=Category.BALANCE, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def drops_denied_at_capacity(case: Case) -> Iterator[Finding]:
    """No tokens are said to be dropped, with an expert capacity that leaves no room above the mean.

    ## What it finds
    "No tokens are dropped" beside a capacity factor of one or less.  With a larger factor it is a question, for the
    fullest expert decides.

    ## Why it matters
    The factor times the mean is all that an expert takes.  Routing is never exactly even: with a factor of one every
    expert above the mean drops what it has too much, in every layer.

    ## Example
    ```plan
    - **Experts**: 64 per layer, top-2
    - Capacity factor: 1.0
    - No tokens are dropped   <!-- BA106 -->
    ```

    ## References
    - lepikhin-2020, section 2.2
    """
    factor = case.known("strategy.capacity_factor")
    for mention in case.mentions("no_drops", roles=(Role.PLAN, Role.TARGET)):
        tight = factor.value <= 1
        yield Finding(
            at=mention,
            message=f"no dropped tokens said, but an expert takes {factor.value:g} × the mean and "
            + ("every one above the mean drops some" if tight else "the largest load of an expert is not given"),
            label="said here",
            severity=None if tight else Severity.INFO,
            certainty=None if tight else Certainty.JUDGEMENT,
            also=((factor, "capacity factor"),),
            help="give the measured share of dropped tokens, or a capacity above the fullest expert",
        )
        return
