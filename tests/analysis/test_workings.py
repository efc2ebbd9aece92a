"""Figures against their workings, unit by unit."""

from __future__ import annotations

import pytest

from stratc.analysis.figures.workings import Verdict, verdict
from stratc.arith.quantity import Quantity
from stratc.arith.term import Literal, Term
from stratc.arith.unit import ONE, PERCENT, UNITS, Unit

TOLERANCE = 0.02
PARAMETERS = UNITS["parameters"]
BYTES = UNITS["bytes"]


def figure(number: float, unit: Unit = ONE, step: float = 1.0, approximate: bool = False) -> Quantity:
    value = number * unit.scale
    return Quantity(value, value, unit, approximate, step * unit.scale)


def term(number: float, unit: Unit | None = None) -> Term:
    return Literal(number * (unit.scale if unit else 1.0), unit)


@pytest.mark.parametrize(
    ("stated", "working", "expected"),
    [
        (figure(64), term(8) * term(2) * term(4), Verdict.HOLDS),
        (figure(65), term(8) * term(2) * term(4), Verdict.FALSE),  # counts are exact: no two per cent here
        (figure(2.68, UNITS["GB"], 0.01), term(128) * 10240 * 1024 * term(2, BYTES), Verdict.HOLDS),
        (figure(2, UNITS["GB"], approximate=True), term(16) * 64 * 1024 * term(2, BYTES), Verdict.FALSE),
        (figure(234, UNITS["MB"]), term(30e9, PARAMETERS) / term(128), Verdict.PARAMETERS_AS_BYTES),
        (figure(14, UNITS["GB"]), term(7e9, PARAMETERS) * term(2, BYTES), Verdict.HOLDS),
        (figure(1.25, UNITS["B"], 0.01), term(10, UNITS["B"]) / 4 / 2, Verdict.HOLDS),
        (figure(234, UNITS["M"]), term(30e9, PARAMETERS) / term(128), Verdict.HOLDS),
        (figure(64, UNITS["GB"]), term(40) + term(24), Verdict.HOLDS),  # the unit stands at the end only
        (figure(30, UNITS["GB"]), term(10) * term(2), Verdict.DOUBTFUL),
        (figure(40, UNITS["GB"]), term(10) * term(2), Verdict.INCOMPARABLE),  # two bytes of an element left out
        (figure(20, UNITS["MB"]), term(10) * term(2), Verdict.HOLDS),
        (figure(1.62, UNITS["ms"], 1e-5), term(14) / term(864), Verdict.DOUBTFUL),
        (figure(16.2, UNITS["ms"], 1e-4), term(14) / term(864), Verdict.HOLDS),
        (figure(4, UNITS["µs"]), term(12) / term(2.5e6), Verdict.INCOMPARABLE),
        (figure(4, UNITS["µs"]), term(13) / term(2.5e6), Verdict.DOUBTFUL),
        (figure(435, UNITS["years"]), term(6.3e24) / term(4.59e14), Verdict.HOLDS),
        (figure(38.1, PERCENT, 0.1), term(85, PERCENT) - term(36.9, PERCENT), Verdict.FALSE),
        (figure(48.1, PERCENT, 0.1), term(85, PERCENT) - term(36.9, PERCENT), Verdict.HOLDS),
        (figure(47, PERCENT), term(30, UNITS["GB"]) / term(64, UNITS["GB"]), Verdict.HOLDS),
        (figure(900, UNITS["GB/s"]), term(9) * term(100, UNITS["Gbps"]), Verdict.BITS_AS_BYTES),
        (figure(16, UNITS["GB"]), term(16, UNITS["GB"]) / term(8), Verdict.FALSE),
        (figure(3), term(1) / term(0), Verdict.INCOMPARABLE),
    ],
)
def test_verdict(stated: Quantity, working: Term, expected: Verdict) -> None:
    assert verdict(stated, working, TOLERANCE) is expected
