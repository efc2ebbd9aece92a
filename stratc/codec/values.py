"""Values of facts as JSON."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from stratc.codec.report import finite
from stratc.ir.values import ExpertSpan, Extent, StageSpan


def value_json(value: Any) -> Any:
    """A value as the key's JSON form: a range as {"min", "max"}, a stage as an object, whole numbers without a point.

    >>> value_json(Extent(128, 10240)), value_json(64e9), value_json("fp16")
    ({'min': 128, 'max': 10240}, 64000000000, 'fp16')
    """
    match value:
        case Extent(low, high):
            return {"min": _whole(low), "max": _whole(high)} if value.is_range else _whole(low)
        case StageSpan():
            return _told(
                index=value.index,
                layers=list(value.layers) if value.layers else None,
                devices=devices_json(value.devices),
                tp=value.tp,
                ep=value.ep,
                dp=value.dp,
                holds=value.holds or None,
            )
        case ExpertSpan():
            return _told(experts=list(value.experts), devices=devices_json(value.devices), stage=value.stage)
        case float():
            return _whole(value)
        case _:
            return value


def devices_json(devices: tuple[int, ...] | None) -> list[Any] | None:
    """Devices as [first, last] where they follow each other, else as a list.

    Of two devices apart the second is said twice, because two figures alone would read as first and last.

    >>> devices_json((4, 5, 6, 7)), devices_json((0, 2, 5)), devices_json((0, 5)), devices_json((3,))
    ([4, 7], [0, 2, 5], [0, 5, 5], [3])
    """
    if devices is None:
        return None
    if len(devices) > 1 and all(b == a + 1 for a, b in pairwise(devices)):
        return [devices[0], devices[-1]]
    apart = len(devices) == 2 and devices[0] < devices[1]
    return [*devices, devices[-1]] if apart else list(devices)


def devices_of(value: list[Any]) -> tuple[int, ...]:
    """The devices that such a list means.

    >>> devices_of([4, 7]), devices_of([0, 5, 5]), devices_of([[0, 1], [5, 5]])
    ((4, 5, 6, 7), (0, 5), (0, 1, 5))
    """
    if value and all(isinstance(each, list) for each in value):
        return tuple(device for first, last in value for device in range(first, last + 1))
    if len(value) == 2 and value[1] > value[0]:
        return tuple(range(value[0], value[1] + 1))
    return tuple(dict.fromkeys(value))


def _whole(number: float) -> Any:
    return int(number) if isinstance(number, float) and number.is_integer() else finite(number)


def _told(**parts: Any) -> dict[str, Any]:
    return {name: part for name, part in parts.items() if part is not None}
