"""IN107: a file that imports itself."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule


@rule("IN107", category=Category.INPUT, severity=Severity.ERROR)
def circular_import(case: Case) -> Iterator[Finding]:
    """A `.strat` file imports itself, directly or through others.

    ## What it finds
    The message shows the whole circle; the import that closes it is left out. A file that is imported twice without
    a circle is read once.

    ```strat
    import "this-file.strat"
    ```

    ## Why it matters
    Two files that need each other have no order in which they can be read.

    ## References
    - grammar/README.md
    """
    del case
    yield from ()
