"""IN106: an imported file that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule


@rule("IN106", category=Category.INPUT, severity=Severity.ERROR)
def unreadable_import(case: Case) -> Iterator[Finding]:
    """A file that a `.strat` file imports cannot be read.

    ## What it finds
    `import "cluster.strat"` where there is no such file beside the importing one, or where it is no text.

    ```strat
    import "clutser.strat"
    ```

    ## Why it matters
    All that the file says, constants included, is missing.

    ## References
    - grammar/README.md
    """
    del case
    yield from ()
