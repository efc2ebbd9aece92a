"""IN201: a comment that silences nothing."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule


@rule("IN201", category=Category.INPUT, severity=Severity.WARNING)
def unused_suppression(case: Case) -> Iterator[Finding]:
    """A comment silences a rule that finds nothing there.

    ## What it finds
    A suppression, `<!-- stratc: ignore[CODE] reason -->` in Markdown or `# stratc: ignore[CODE] reason` in the strategy
    language, on lines where none of the rules it names has a finding.  It is reported by the program once all rules
    have run.

    ## Why it matters
    The fault it excused has been mended or has moved; left in place, the comment would hide the next one.

    ## References
    - grammar/README.md, comments
    """
    del case
    yield from ()
