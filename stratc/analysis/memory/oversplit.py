"""Key-value caches that a plan divides by more devices than split them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from stratc.analysis.memory.divided import Divided, divided_caches
from stratc.analysis.said.factors import product_of
from stratc.analysis.said.phase import trains
from stratc.arith.term import plain
from stratc.arith.unit import figures
from stratc.ir.origin import Known

if TYPE_CHECKING:
    from stratc.analysis.case import Case

DEGREES = ("tp", "pp", "cp", "dp", "ep")


class Oversplit(NamedTuple):
    """A cache, the devices that do split it, and what would make the division right, "" where nothing does."""

    cache: Divided
    split: float
    asked: str = ""

    @property
    def share(self) -> float:
        """Bytes on a device."""
        return self.cache.whole.value / self.split


def oversplit_caches(case: Case) -> Iterator[Oversplit]:
    """Caches over a number that no degrees multiply to, beyond those of one replica, or over copies of KV heads."""
    if trains(case) or not case.has("strategy.tp"):
        return
    degrees = _degrees(case)
    heads = plain(case.number_or("model.kv_heads", float("inf")))
    split = prod(n for name, n in degrees.items() if name in ("tp", "pp", "cp"))
    of_one = {name: n for name, n in degrees.items() if name != "dp"}
    for each in divided_caches(case):
        ways = each.devices
        if ways > split and ways not in _products(of_one if _is_of_replica(case, each) else degrees):
            yield Oversplit(each, split)
        elif ways > split and ways not in _products(of_one) and not case.has("workload.batch_size"):
            yield Oversplit(each, split, "say whether the sequences are those of all replicas")
        elif degrees["tp"] > heads and ways in _products(degrees) - _products(degrees | {"tp": 1}):
            copies = f"{figures(heads)} KV heads on {degrees['tp']} tensor-parallel devices are kept several times"
            yield Oversplit(each, split * heads / degrees["tp"], copies)


def _degrees(case: Case) -> dict[str, int]:
    found = {name: case.fact(f"strategy.{name}") for name in DEGREES}
    return {name: int(fact.value) for name, fact in found.items() if isinstance(fact, Known)}


def _products(degrees: dict[str, int]) -> set[int]:
    """What some of the degrees multiply to."""
    several = [n for n in degrees.values() if n > 1]
    return {prod(some) for count in range(len(several) + 1) for some in combinations(several, count)}


def _is_of_replica(case: Case, each: Divided) -> bool:
    """Whether the sequences that the whole is worked out of are those of one replica, by the plan's own batch."""
    batch, replicas = case.fact("workload.batch_size"), case.fact("strategy.dp")
    worked = product_of(each.whole)
    if worked is None or not isinstance(batch, Known) or not isinstance(replicas, Known) or replicas.value < 2:
        return False
    return any(factor.value * replicas.value == batch.value for factor in worked.over)
