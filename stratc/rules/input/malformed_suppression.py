"""IN204: a comment to this program that it cannot follow."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule


@rule("IN204", category=Category.INPUT, severity=Severity.WARNING)
def malformed_suppression(case: Case) -> Iterator[Finding]:
    """A comment that should silence rules cannot be followed.

    ## What it finds
    `ignore-start` without `ignore-end` after it, which silences the rest of the file, `ignore-end` without
    `ignore-start` before it, and a word after `stratc:` that means nothing.  The words are `ignore` (the line, or the
    next one), `ignore-start` and `ignore-end` (the lines between), `ignore-section` (below the heading above it, in the
    strategy language the block around it), `ignore-file` and `allow`.

    ## Why it matters
    Such a comment silences more or less than its writer meant.

    ## References
    - grammar/README.md, comments
    """
    del case
    yield from ()
