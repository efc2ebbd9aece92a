"""CO121: the factor of a ring against the devices in it."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.sent import of_ring
from stratc.arith.term import Named, lift, plain
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import value_or
from stratc.rules.rule import Finding, rule

NEAR = 0.006  # of factors that are written with two decimals
LARGEST = 64  # devices, beyond which no two factors differ by as much


@rule("CO121", category=Category.COMMUNICATION, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def ring_factor_of_other_group(case: Case) -> Iterator[Finding]:
    """The factor of a ring all-reduce is that of another number of devices.

    ## What it finds
    "1.75 times" of a ring over four devices: 2 (n - 1) ÷ n of another n than the sentence gives, or than any degree of
    the plan where it gives none.

    ## Why it matters
    Each device sends that multiple of the message; time and volume of every collective carry the error.

    ## Example
    ```plan
    - **TP**: 4
    - In a ring over 4 GPUs each sends 1.75 times the message   <!-- CO121 -->
    ```

    ## References
    - nccl-tests, bus bandwidth of an all-reduce
    """
    degrees = {value_or(getattr(case.strategy, axis), 1) for axis in ("tp", "dp", "cp", "ep")} - {1}
    for claim in case.claims("ring.factor"):
        groups = {claim.index} if claim.index else degrees
        fits = [n for n in groups if min(abs(claim.value - plain(of_ring(n)) / part) for part in (1, 2)) <= NEAR]
        others = [n for n in range(3, LARGEST + 1) if abs(claim.value - plain(of_ring(n))) <= NEAR]
        if groups and not fits and others:
            n = min(groups)
            right = lift(of_ring(Named("devices", float(n))))
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} times the message, as in a ring of {others[0]}, but this one has "
                f"{n} devices: {right} = {right.value:.4g}",
                because=right,
                stated=claim.value,
                help="take 2 (n - 1) ÷ n of the devices in the ring",
            )
