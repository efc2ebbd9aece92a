"""A number as a plan writes it: a value or a range, its unit, how exact it claims to be."""

from __future__ import annotations

from math import floor, isclose, isfinite, log10

from stratc.arith.unit import BYTE, BYTE_RATE, COUNT, ONE, PARAMETER, SEQUENCE, TOKEN, Dimension, Unit, show
from stratc.record import Record, dataclass

APPROXIMATE = 0.10  # what "~" and "about" forgive
BINARY_SLACK = 0.08  # GB written for GiB, up to TB for TiB within 10 %: readers do not agree which is meant
BINARY_COUNTS = {1e3: 1.024, 1e6: 1.024**2}  # "16M tokens" of 2,048 × 8,192: K and M count in powers of two there

LEAST, MOST = 1, 10_000  # numbers before a unit that people write


@dataclass(frozen=True, slots=True, repr=False)
class Quantity(Record):
    """`low` to `high` in SI units (equal for a single value), as written in `unit`."""

    low: float
    high: float
    unit: Unit = ONE
    approximate: bool = False
    step: float = 0.0  # one unit of the last digit written, in SI units

    @classmethod
    def of(cls, value: float, unit: Unit = ONE) -> Quantity:
        """An exact single value, already in SI units."""
        return cls(value, value, unit)

    @property
    def is_range(self) -> bool:
        """Whether two ends were written."""
        return self.low != self.high

    @property
    def value(self) -> float:
        """The single value, or the upper end of a range."""
        return self.high

    @property
    def dimension(self) -> Dimension:
        """What is counted."""
        return self.unit.dimension

    def agrees(self, computed: float, tolerance: float = 0.0, *, prefixes: bool = True) -> bool:
        """Whether a computed value is what was written, given rounding, "~" and decimal or binary `prefixes`.

        >>> from stratc.arith.unit import UNITS
        >>> Quantity(2.68e9, 2.68e9, UNITS["GB"], step=1e7).agrees(2_684_354_560)
        True
        >>> Quantity(16e6, 16e6, UNITS["M"], step=1e6).agrees(2048 * 8192)
        True
        """
        slack = max(tolerance, APPROXIMATE if self.approximate else 0.0, self._prefix_slack() if prefixes else 0.0)
        for end in (self.low, self.high):
            if abs(end - computed) <= self.step * 0.5000001 or isclose(end, computed, rel_tol=max(slack, 1e-9)):
                return True
        return self.low <= computed <= self.high or self._is_power_of_two(computed)

    def _is_power_of_two(self, computed: float) -> bool:
        """Whether a count is exactly what was written with K for 1,024 or M for 1,024²."""
        factor = BINARY_COUNTS.get(self.unit.scale) if self.dimension in (COUNT, TOKEN, SEQUENCE) else None
        return factor is not None and isclose(self.high * factor, computed, rel_tol=1e-9)

    def _prefix_slack(self) -> float:
        return BINARY_SLACK if self.dimension in (BYTE, BYTE_RATE) else 0.0

    @property
    def digits(self) -> int:
        """Significant digits written, at least one."""
        if not self.step or not self.value:
            return 3
        return max(1, floor(log10(abs(self.value)) + 1e-12) - floor(log10(self.step) + 1e-12) + 1)

    def corrected(self, value: float) -> str:
        """Another value as this one should have been written, in its unit where that suits; "" where that is unclear.

        >>> from stratc.arith.unit import UNITS
        >>> Quantity(2e9, 2e9, UNITS["GB"], step=1e9).corrected(2.1e6), Quantity.of(9).corrected(8)
        ('2.1 MB', '8')
        """
        if self.is_range or not isfinite(value) or value <= 0:
            return ""
        if self.unit.dimension in (COUNT, PARAMETER) or LEAST <= value / self.unit.scale < MOST:
            return self.show(value)
        return show(value, self.unit.dimension, max(3, self.digits + 1))

    def show(self, computed: float | None = None) -> str:
        """The quantity, or another value in its unit, for people."""
        if computed is not None:
            return show(computed, self.unit, max(3, self.digits + 1))
        mark = "~" if self.approximate else ""
        if self.is_range:
            return f"{mark}{show(self.low, Unit('', self.unit.scale, COUNT))}-{show(self.high, self.unit, 6)}"
        return mark + show(self.value, self.unit, 6)
