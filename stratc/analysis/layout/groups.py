"""Tensor-parallel groups and replicas as a plan lists them: their devices, and the layers of those."""

from __future__ import annotations

from functools import reduce
from itertools import groupby
from operator import mul
from typing import TYPE_CHECKING

from stratc.arith.term import Term, lift
from stratc.ir.origin import Known, value_or
from stratc.record import Record, dataclass

if TYPE_CHECKING:
    from stratc.analysis.case import Case
    from stratc.ir.claim import Claim

AXES = ("tp", "pp", "cp")  # what multiplies to the devices of a replica


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


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ReplicaSizes(Record):
    """The devices that the stated degrees of a replica multiply to, and whether that is all of them."""

    term: Term
    sizes: frozenset[float]
    closed: bool

    def fits(self, devices: float) -> bool:
        """Whether a replica can have so many devices."""
        return devices in self.sizes if self.closed else any(devices % each == 0 for each in self.sizes)


def replica_sizes(case: Case) -> ReplicaSizes | None:
    """What the degrees say of the devices of one replica; None where none of them is stated."""
    stated = {
        axis: fact for axis in AXES if isinstance(fact := case.fact(f"strategy.{axis}"), Known) and fact.is_stated
    }
    if "tp" not in stated and "pp" not in stated:
        return None
    numbers = [case.number(f"strategy.{axis}") for axis in AXES if axis in stated]
    term = lift(reduce(mul, numbers))
    experts = value_or(case.strategy.ep, 1)
    stages = value_or(case.strategy.pp, 1) * value_or(case.strategy.cp, 1)
    ranks = {term.value} if experts == 1 else {term.value, term.value * experts, stages * experts}
    total, copies = value_or(case.strategy.device_count, 0), value_or(case.strategy.dp, 0)
    shared = {total / copies} if experts > 1 and copies else set()
    return ReplicaSizes(term, frozenset((*ranks, *shared)), {"tp", "pp"} <= set(stated))
