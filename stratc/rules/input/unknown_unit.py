"""IN104: a unit that does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule


@rule("IN104", category=Category.INPUT, severity=Severity.ERROR)
def unknown_unit(case: Case) -> Iterator[Finding]:
    """A figure of a `.strat` file has a unit that does not exist.

    ## What it finds
    Units are those of data sheets: GB, GiB, TB/s, Gbit/s, TFLOP/s, ms, %, tokens/s, and k, M, B, T for powers of a
    thousand.

    ```strat
    hardware {
      memory = 64 GBs   # did you mean `GB/s` or `GB`?
    }
    ```

    ## Why it matters
    A figure without its unit cannot be compared with anything.

    ## References
    - grammar/README.md
    """
    del case
    yield from ()
