"""ME154: the memory that is said to be left of a device against what is used of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from stratc.analysis.case import Case
from stratc.arith.term import Term, lift
from stratc.arith.unit import BYTE
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.rules.rule import Finding, contradicted, rule

FULL = 0.97
NEAR = 0.04  # of the whole: binary prefixes, and what a driver keeps for itself
CLOSE = 0.08  # of what is left


@rule("ME154", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def left_over_mismatch(case: Case) -> Iterator[Finding]:
    """What is said to be left of a device's memory is not its capacity without what is used.

    ## What it finds
    A size that words call left, spare or unused after a total of what a device holds, which is not the capacity minus
    that total.  The capacity is the plan's own, or that of the accelerator it names; a share of it that a server is
    given counts as well.

    ## Why it matters
    What is left is where the next batch, the longer context or the second model is planned to go.

    ## Example
    ```plan
    Each server has eight A100 80GB.

    In total a GPU holds 56 GB, which leaves 8 GB unused.   <!-- ME154 -->
    ```

    ## References
    - kwon-2023, section 3
    """
    claims = [each for each in case.claims("memory.left") if each.working is not None]
    if not claims or case.has_several("hardware.memory"):
        return
    whole = case.number("hardware.memory")
    for claim in claims:
        wholes = [lift(whole)]
        if (share := _share(case)) and 0 < share < 1:
            wholes.append(lift(whole * share))
        if claim.working and claim.working.value > FULL * wholes[-1].value:
            continue  # what is used is the whole itself
        if claim.working and not any(_agrees(claim, each - claim.working, each) for each in wholes):
            yield _finding(claim, lift(wholes[0] - claim.working))


def _share(case: Case) -> float:
    """The share of the memory that a server takes, where the plan sets one."""
    setting = case.setting("gpu_memory_utilization")
    return float(setting.value) if setting is not None and isinstance(setting.value, int | float) else 0.0


def _agrees(claim: Claim, left: Term, whole: Term) -> bool:
    apart = abs(claim.value - left.value)
    rough = 0.1 * claim.value if claim.quantity.approximate else 0.0
    return apart <= max(NEAR * whole.value, CLOSE * claim.value, claim.quantity.step, rough)


def _finding(claim: Claim, left: Term) -> Finding:
    advice = "subtract what is used from the memory of a device"
    found = contradicted(claim, left, advice, said="stated to be left", unit=BYTE)
    return replace(found, write=claim.quantity.corrected(left.value))
