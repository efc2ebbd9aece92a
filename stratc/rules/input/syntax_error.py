"""IN101: a statement that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule


@rule("IN101", category=Category.INPUT, severity=Severity.ERROR)
def syntax_error(case: Case) -> Iterator[Finding]:
    """A statement of a `.strat` file cannot be read.

    ## What it finds
    A statement that the grammar does not know: a sign too many, a value or a sign that is missing, a `}` that
    closes nothing, a keyword that is misspelt. The message says what was found and what was expected there; reading
    goes on with the next statement, so each error is reported once.

    ```strat
    strategy {
      tp = 2 4   # expected: the end of the line
    }
    ```

    ## Why it matters
    What the statement says is not known to any rule or target.

    ## References
    - grammar/README.md
    """
    del case
    yield from ()
