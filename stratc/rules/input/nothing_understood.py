"""IN203: a text without a plan in it."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule


@rule("IN203", category=Category.INPUT, severity=Severity.INFO)
def nothing_understood(case: Case) -> Iterator[Finding]:
    """Nothing in this text was understood as part of a plan.

    ## What it finds
    A document without a single fact, claim or concept of a plan: an empty file, or a text about something else.  It is
    reported by the program itself.

    ## Why it matters
    A report without findings would look like a clean plan.  `stratc inspect` shows what is read of a text.

    ## References
    - grammar/README.md, by example
    """
    del case
    yield from ()
