"""Tensor-parallel groups as a plan lists them: their devices, and the layers of those."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from stratc.record import Record, dataclass

if TYPE_CHECKING:
    from stratc.analysis.case import Case
    from stratc.ir.claim import Claim


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Group(Record):
    """The devices that one place of a plan, a line or the lines of a section, puts into a group."""

    index: int
    devices: frozenset[int]
    first: Claim  # of its devices
    listed: bool = False  # with all its devices at once, so that its number may start again in every stage

    def is_beside(self, other: Group) -> bool:
        """Whether two groups share a device, and neither is a part of the other."""
        shared = self.devices & other.devices
        return bool(shared) and not self.devices <= other.devices and not other.devices <= self.devices


def tensor_groups(case: Case) -> tuple[Group, ...]:
    """The groups in the order of the text; those given a device a line are put together by heading."""
    listed: dict[object, list[Claim]] = {}
    for _, claims in groupby(case.claims("group.member"), key=lambda each: each.places):
        members = list(claims)
        claim = members[0]
        place = claim.places if len(members) > 1 else (claim.scope.path, claim.index)
        listed.setdefault(place, []).extend(members)
    return tuple(
        Group(claims[0].index or 0, frozenset(int(each.value) for each in claims), claims[0], place == claims[0].places)
        for place, claims in listed.items()
    )
