"""Frozen records made by `stratc.record` are what the library's frozen dataclasses are."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, field, fields, replace

import pytest

from stratc.record import Record, dataclass


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Point(Record):
    """Two numbers, a name and what is not compared."""

    left: int
    right: int = 2
    names: list[str] = field(default_factory=list, compare=False)


@dataclass(frozen=True, slots=True, order=True, repr=False)
class Place(Record):
    """A pair with an order and its own comparison."""

    line: int
    column: int = 0


def test_fields_are_given_by_place_by_name_or_by_default() -> None:
    assert (Point(1).right, Point(1, 3).right, Point(left=1, right=4).right) == (2, 3, 4)
    assert Point(1).names == []
    assert Point(1).names is not Point(1).names
    with pytest.raises(TypeError, match="left"):
        Point()  # type: ignore[call-arg]
    assert [each.name for each in fields(Point)] == ["left", "right", "names"]


def test_nothing_changes_a_record() -> None:
    point = Point(1)
    with pytest.raises(FrozenInstanceError):
        point.left = 2  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del point.left
    with pytest.raises((AttributeError, TypeError)):
        point.other = 2
    assert replace(point, left=5) == Point(5)


def test_records_are_compared_by_their_fields() -> None:
    assert Point(1, 2, ["a"]) == Point(1, 2, ["b"])
    assert len({Point(1), Point(1, 2), Point(2)}) == 2
    assert Place(1, 9) < Place(2)
    assert len({Place(1), Place(1, 0)}) == 1
    assert Point(1) != Place(1, 2)


def test_records_go_to_other_processes_and_are_shown() -> None:
    assert pickle.loads(pickle.dumps(Place(3, 4))) == Place(3, 4)
    assert repr(Point(1)) == "Point(left=1, right=2, names=[])"


def test_what_is_not_frozen_is_refused() -> None:
    with pytest.raises(TypeError, match="is not frozen"):
        dataclass(frozen=False, repr=False)(Point)
