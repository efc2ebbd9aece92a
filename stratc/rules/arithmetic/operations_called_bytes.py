"""AR204: a number of operations with a unit of memory."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.unit import BYTE
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule


@rule("AR204", category=Category.UNITS, severity=Severity.WARNING)
def operations_called_bytes(case: Case) -> Iterator[Finding]:
    """A number of floating-point operations is given in bytes.

    ## What it finds
    A figure that the plan calls FLOPs and writes with MB, GB or TB.

    ## Why it matters
    The reader cannot tell whether work or memory is meant, and sums with figures in FLOP go wrong by their units.

    ## Example
    ```plan
    ## Computation
    - **Attention FLOPs**: ~3TB per layer   <!-- AR204 -->
    - **MLP FLOPs**: 2 TFLOP per layer
    ```

    ## References
    - iso-80000-1, quantities and units
    """
    for claim in case.claims("compute.flops"):
        if claim.quantity.dimension == BYTE:
            symbol = claim.quantity.unit.symbol
            written = claim.quantity.show()
            yield Finding(
                at=claim,
                message=f"{written} of operations stated, but {symbol} is a unit of memory",
                stated=claim.value,
                unit=BYTE,
                help=f"write {written.replace(symbol, symbol[:-1] + 'FLOP')} if operations are meant",
            )
