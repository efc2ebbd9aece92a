"""AR108: a figure against the two before it, which words multiply."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from stratc.analysis.case import Case
from stratc.arith.unit import COUNT
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.rules.rule import Finding, contradicted, rule

NEAR = 1.1  # figures that were rounded before they were put together, and prefixes in powers of two


@rule("AR108", category=Category.ARITHMETIC, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def implied_mismatch(case: Case) -> Iterator[Finding]:
    """A figure is not what the two before it come to, as the words between them join them.

    ## What it finds
    So many things of so much each and what they are in all, a rate at a utilisation and what is left of it, an amount
    that is split and what a device has of it, a fraction of an amount, the time that a limit leaves, the tokens of a
    second beside the time of one: "32 GPUs of 80 GB: 2.56 TB", "140 GB split by TP8, so each GPU holds 17.5 GB".
    Silent where a figure has a working of its own, is counted per device or bounded, or is off by less than a tenth.

    ## Why it matters
    The figure goes into the plan's later ones, and one of the three is wrong.

    ## Example
    ```plan
    - 24 GPUs of 80 GB: 1.2 TB of GPU memory   <!-- AR108 -->
    - Peak 300 TFLOPS, MFU 50%: effective 150 TFLOPS
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    others = (claim for claim in case.plan.claims if claim.metric != "implied" and claim.working)
    worked = {span for claim in others for span in claim.spans()}
    for claim in case.claims("implied"):
        if claim.working is None or worked & {*claim.spans()} or _holds(claim, claim.working.value):
            continue
        found = contradicted(claim, claim.working, "correct the figure that is wrong", unit=claim.quantity.dimension)
        yield replace(found, write=claim.quantity.corrected(claim.working.value))


def _holds(claim: Claim, computed: float) -> bool:
    """Whether two figures agree within what roundings and prefixes leave open."""
    low, high = sorted((claim.value, computed))
    near = 1.0 if claim.quantity.dimension == COUNT else NEAR
    return claim.quantity.agrees(computed) or low <= 0 or high / low < near
