"""IN901: a rule that failed."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule


@rule("IN901", category=Category.INPUT, severity=Severity.ERROR)
def internal_error(case: Case) -> Iterator[Finding]:
    """A rule failed on this document.

    ## What it finds
    A fault of the program: one rule stopped with an exception.  The other rules have run.
    It is reported by the runner itself, so there is no plan to show as an example.

    ## Why it matters
    What the rule would have found is not in the report.  The message names the rule and the exception; a report of the
    fault should hold both and, if possible, the plan.

    ## References
    - the project's issue tracker
    """
    del case
    yield from ()
