"""Itemised amounts."""

from __future__ import annotations

from stratc.arith.functions import total
from stratc.arith.term import Number
from stratc.record import Record, dataclass


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Ledger(Record):
    """Rows of name and amount in one unit; the total is their sum and stored nowhere.

    >>> Ledger((("attention", 4), ("mlp", 8))).total
    12
    """

    rows: tuple[tuple[str, Number], ...]

    @property
    def total(self) -> Number:
        """Sum of all rows; plain zeros stay out of a working."""
        return total([amount for _, amount in self.rows])

    def __getitem__(self, name: str) -> Number:
        for row, amount in self.rows:
            if row == name:
                return amount
        raise KeyError(name)
