"""World sizes under the conventions in use."""

from __future__ import annotations

import pytest

from stratc.analysis.case import Case
from stratc.analysis.layout.devices import conventions, is_uneven, refuted
from stratc.arith.term import plain
from stratc.ir.origin import Known, Missing, Stated
from stratc.ir.plan import plan_of
from stratc.ir.strategy import Strategy
from stratc.ir.values import StageSpan


def known(value: object) -> Known[object]:
    return Known(value, Stated(()))


def case_of(**degrees: object) -> Case:
    return Case(plan_of({f"strategy.{name}": known(value) for name, value in degrees.items()}))


@pytest.mark.parametrize(
    "degrees",
    [
        {"ep": 8, "tp": 2, "pp": 4, "device_count": 64},  # all multiplied
        {"ep": 16, "tp": 4, "pp": 2, "device_count": 128},
        {"tp": 4, "pp": 4, "dp": 2, "ep": 8, "device_count": 32},  # ep = tp × dp
        {"tp": 8, "pp": 1, "ep": 8, "device_count": 8},  # experts on the tensor-parallel devices
        {"ep": 64, "dp": 2, "device_count": 128},
        {"ep": 64, "tp": 8, "pp": 2, "dp": 2, "device_count": 2048},
        {"ep": 64, "tp": 2, "pp": 1, "device_count": 128},
        {"tp": 2, "pp": 2, "ep": 4, "device_count": 16},  # data parallelism unsaid
        {"tp": 4, "dp": 80, "ep": 320, "device_count": 320},  # attention in groups of four, one expert a device
        {"ep": 16, "tp": 4, "pp": 2, "dp": 4, "device_count": 128},  # four copies of sixteen expert ranks
        {"tp": 8, "pp": 8, "dp": 16, "device_count": 1024},
        {"tp": 8, "device_count": 64},
        {"tp": 2, "pp": 4, "dp": 8, "cp": 2, "device_count": 128},
        {"dp": 64, "zero_stage": 3, "device_count": 64},
        {"tp": 16, "dp": 16, "pp": 1, "ep": 16, "framework": "SGLang", "device_count": 16},
        {"tp": 2, "pp": 2, "dp": 4, "sp": 2, "device_count": 16},  # sp shares the devices of tp
        {"tp": 2, "pp": 2, "dp": 4, "sp": 2, "device_count": 32},  # sp multiplies
    ],
)
def test_counts_that_some_convention_gives(degrees: dict[str, object]) -> None:
    assert not refuted(case_of(**degrees))


@pytest.mark.parametrize(
    ("degrees", "needed"),
    [
        ({"ep": 64, "tp": 2, "pp": 4, "device_count": 128}, {512, 256}),
        ({"ep": 4, "tp": 2, "pp": 2, "dp": 8, "device_count": 16}, {128, 64, 32}),
        ({"tp": 4, "pp": 4, "dp": 2, "device_count": 16}, {32}),
        ({"tp": 8, "pp": 4, "dp": 2, "device_count": 128}, {64}),
        ({"tp": 8, "device_count": 12}, {8}),
        ({"tp": 8, "device_count": 4}, {8}),
        ({"tp": 2, "pp": 4, "dp": 4, "ep": 64, "device_count": 32}, {2048, 1024, 32}),
        ({"tp": 2, "pp": 2, "dp": 8, "sp": 2, "device_count": 16}, {32, 64}),
    ],
)
def test_counts_that_no_convention_gives(degrees: dict[str, object], needed: set[int]) -> None:
    assert {plain(each.devices) for each in refuted(case_of(**degrees))} == needed


def test_no_degree_no_opinion() -> None:
    with pytest.raises(Missing):
        conventions(case_of(device_count=8), 8)


def test_a_placement_of_unequal_stages_is_not_multiplied() -> None:
    spans = [StageSpan(0, devices=(0,)), StageSpan(1, devices=(1, 2)), StageSpan(2, devices=(0,))]
    strategy = Strategy(
        tp=Known(2, Stated(())),
        pp=Known(3, Stated(())),
        device_count=Known(3, Stated(())),
        stages=tuple(Known(span, Stated(())) for span in spans),
    )
    case = Case(plan_of({}, strategy=strategy))
    assert is_uneven(case)
    assert not refuted(case)
