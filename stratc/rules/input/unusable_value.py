"""IN105: a value that its key cannot take."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule


@rule("IN105", category=Category.INPUT, severity=Severity.ERROR)
def unusable_value(case: Case) -> Iterator[Finding]:
    """A key or a claim of a `.strat` file has a value that it cannot take.

    ## What it finds
    A figure of another kind (bytes for a bandwidth), a missing unit (`memory = 64`), a fraction above one (`mfu =
    60` for 60 %), half a device, a range that goes down, a text where a figure belongs, a division by zero.

    ```strat
    hardware {
      memory_bandwidth = 64 GB   # bytes per second are wanted
    }
    ```

    ## Why it matters
    The value is left out, and with it all that follows from it.

    ## References
    - grammar/README.md
    """
    del case
    yield from ()
