"""Groups of ranks: Megatron's own example, and that each axis divides the world."""

from __future__ import annotations

from itertools import product

import pytest

from stratc.analysis.layout.ranks import axes

SIXTEEN = {
    # 16 ranks, tp 2, cp 2, dp 2, pp 2, ep 4: the first groups that Megatron-Core 0.19 makes
    "tp": ((0, 1), (2, 3)),
    "cp": ((0, 2), (1, 3), (4, 6), (5, 7)),
    "dp": ((0, 4), (1, 5), (2, 6), (3, 7), (8, 12)),
    "dp and cp": ((0, 2, 4, 6), (1, 3, 5, 7)),
    "pp": ((0, 8), (1, 9)),
    "ep": ((0, 1, 2, 3), (4, 5, 6, 7)),
    "expert dp": ((0, 4), (1, 5)),
}


@pytest.mark.parametrize("axis", SIXTEEN)
def test_groups_are_megatrons(axis: str) -> None:
    found = axes(tp=2, cp=2, dp=2, pp=2, ep=4)[axis].groups(16)
    assert found[: len(SIXTEEN[axis])] == SIXTEEN[axis]


def test_every_rank_stands_in_one_group_of_every_axis() -> None:
    for tp, cp, dp, pp, ep in product((1, 2, 4), (1, 2), (1, 3), (1, 2), (1, 2)):
        world = tp * cp * dp * pp
        if tp * cp * dp % ep == 0:
            for axis in axes(tp, cp, dp, pp, ep).values():
                groups = axis.groups(world)
                assert sorted(rank for group in groups for rank in group) == list(range(world))
                assert all(axis.place(rank) == place for group in groups for place, rank in enumerate(group))
