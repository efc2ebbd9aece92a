"""AR207: a rate in bits that is worked with as the same number of bytes."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("AR207", category=Category.UNITS, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def bits_used_as_bytes(case: Case) -> Iterator[Finding]:
    """A rate stated in gigabits a second is worked with as the same number of gigabytes a second.

    ## What it finds
    A sentence that states a rate in bits and divides by the same number of bytes: `At 400 Gb/s: 12.6 MB / 400 GB/s`;
    or a transfer over the network at as many bytes a second as the plan gives that network bits.
    Eight links of that rate do move as many bytes, so a plan that counts its links is left alone.

    ## Why it matters
    A byte has eight bits: the transfer takes eight times as long as the plan says, and what hid it no longer does.

    ## Example
    ```plan
    - At 400 Gb/s: 12.6 MB / 400 GB/s = 0.03 ms per layer   <!-- AR207 -->
    ```

    ## References
    - iso-80000-1, quantities and units
    """
    for mention in case.mentions("bits_as_bytes"):
        yield Finding(
            at=mention,
            message="a rate in bits is taken for the same number of bytes, which is 8 times as much",
            label="bytes here",
            help="divide the rate by 8, and what was worked out with it",
        )
