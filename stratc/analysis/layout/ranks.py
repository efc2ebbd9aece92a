"""Which ranks work together: the groups of every axis, in Megatron's order of ranks.

Source: Megatron-Core, parallel_state.py, order tp-cp-ep-dp-pp, of which the first varies fastest; the experts have a
grid of their own over the same ranks.  DeepSpeed's topology (pipe, data, model) is the same without cp.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Axis:
    """Groups of so many ranks, neighbours of a group `stride` ranks apart."""

    size: int
    stride: int

    def groups(self, world: int) -> tuple[tuple[int, ...], ...]:
        """Every group of a world, by its first rank.

        >>> Axis(2, 2).groups(8)
        ((0, 2), (1, 3), (4, 6), (5, 7))
        """
        whole = self.size * self.stride
        starts = (first + place for first in range(0, world, whole) for place in range(self.stride))
        return tuple(tuple(range(start, start + whole, self.stride)) for start in starts)

    def place(self, rank: int) -> int:
        """The place of a rank in its group."""
        return rank // self.stride % self.size


def axes(tp: int, cp: int, dp: int, pp: int, ep: int = 1, expert_tp: int = 1) -> dict[str, Axis]:
    """The axes of a layout, those of the experts beside those of the dense part.

    >>> axes(tp=2, cp=2, dp=2, pp=2, ep=4)["expert dp"].groups(16)[:2]
    ((0, 4), (1, 5))
    """
    stage = tp * cp * dp
    return {
        "tp": Axis(tp, 1),
        "cp": Axis(cp, tp),
        "dp": Axis(dp, tp * cp),
        "dp and cp": Axis(dp * cp, tp),
        "pp": Axis(pp, stage),
        "expert tp": Axis(expert_tp, 1),
        "ep": Axis(ep, expert_tp),
        "expert dp": Axis(stage // (ep * expert_tp), ep * expert_tp),
    }
