"""IN202: a comment that silences a rule that does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule


@rule("IN202", category=Category.INPUT, severity=Severity.WARNING)
def unknown_rule(case: Case) -> Iterator[Finding]:
    """A comment names a rule that does not exist.

    ## What it finds
    A suppression whose code or name is no rule's, and no prefix of a code.  It is reported by the program once all
    rules have run.

    ## Why it matters
    Such a comment silences nothing: the finding its writer had in mind stays, or was never there.
    `stratc rules` lists codes and names.

    ## References
    - grammar/README.md, comments
    """
    del case
    yield from ()
