"""Values that are more than a number or a word."""

from __future__ import annotations

from typing import TypeAlias

from stratc.record import Record, dataclass


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Extent(Record):
    """A number or a range of numbers, both ends included."""

    low: float
    high: float

    @property
    def is_range(self) -> bool:
        """Whether the ends differ."""
        return self.low != self.high


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class StageSpan(Record):
    """One pipeline stage as a plan places it: first and last layer, devices, and degrees of its own.

    Indices keep the base of the text (some plans count from 0, some from 1); ranges include both ends.
    """

    index: int
    layers: tuple[int, int] | None = None
    devices: tuple[int, ...] | None = None
    tp: int | None = None
    ep: int | None = None
    dp: int | None = None
    holds: str = ""  # what the plan says is there, in its own words: "embedding", "expert layer"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ExpertSpan(Record):
    """First and last expert of a group, the devices that hold it, and the stage it is listed under."""

    experts: tuple[int, int]
    devices: tuple[int, ...] | None = None
    stage: int | None = None


Value: TypeAlias = int | float | str | bool | Extent | StageSpan | ExpertSpan
