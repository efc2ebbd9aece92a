"""AR202: a link whose gigabytes are written as gigabits."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.speed.links import NVLINK, is_nvlink
from stratc.arith.unit import BYTE_RATE, Unit, show
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule

GIGABIT = Unit("Gbit/s", 1e9 / 8, BYTE_RATE)


@rule("AR202", category=Category.UNITS, severity=Severity.WARNING)
def bytes_called_bits(case: Case) -> Iterator[Finding]:
    """A bandwidth in gigabits a second has the number of a published figure in gigabytes.

    ## What it finds
    A device's NVLink bandwidth written in bits (`900 Gbps`) where the same number of bytes is what some generation of
    NVLink moves, and the number of bits is what none does.

    ## Why it matters
    Read as written the link is eight times slower than it is, and every transfer eight times longer.

    ## Example
    ```plan
    - **Interconnect**: NVLink 900 Gbps   <!-- AR202 -->
    ```

    ## References
    - nvidia-nvlink
    """
    stated = case.known("hardware.link_bandwidth")
    meant = stated.value * 8
    if is_nvlink(case) and meant in NVLINK and stated.value not in NVLINK:
        written = show(stated.value, GIGABIT)
        yield Finding(
            at=stated,
            message=f"{written} stated, which is {show(stated.value, BYTE_RATE)}; NVLink moves "
            f"{show(meant, BYTE_RATE)} a device, the same number in bytes",
            stated=stated.value,
            computed=meant,
            unit=BYTE_RATE,
            help="name the link that is meant",
            write=show(meant, BYTE_RATE),
        )
