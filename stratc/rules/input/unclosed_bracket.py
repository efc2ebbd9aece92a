"""IN102: a bracket, brace or quote without its other half."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule


@rule("IN102", category=Category.INPUT, severity=Severity.ERROR)
def unclosed_bracket(case: Case) -> Iterator[Finding]:
    """A bracket, a brace or a quote is opened and never closed.

    ## What it finds
    `[` or `(` without its other half before the next statement, `{` without `}` before the next block or the end of
    the file, `"` without `"` before the end of the line. The message stands at the opening sign.

    ```strat
    strategy {
      stage 0 { devices = [0, 1 }   # `[` is not closed
    }
    ```

    ## Why it matters
    Where the construct was meant to end can only be guessed, so the statement is left out.

    ## References
    - grammar/README.md
    """
    del case
    yield from ()
