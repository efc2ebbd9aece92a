"""ME143: a key-value cache divided by more devices than split it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from math import prod

from stratc.analysis.case import Case
from stratc.analysis.divided import Divided, divided_caches
from stratc.analysis.factors import product_of
from stratc.analysis.phase import trains
from stratc.arith.term import lift, plain
from stratc.arith.unit import BYTE, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known
from stratc.rules.rule import Finding, rule

DEGREES = ("tp", "pp", "cp", "dp", "ep")


@rule("ME143", category=Category.MEMORY, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def cache_divided_too_often(case: Case) -> Iterator[Finding]:
    """The key-value cache of a device is the whole of it over more devices than split it.

    ## What it finds
    A working, or two figures of one sentence, that divide the cache by a number that no degrees of the plan multiply
    to and that is more than tensor, pipeline and context parallelism give.  Data parallelism counts only where the
    cache is not that of one replica's sequences.  Also a division by tensor-parallel devices that are more than the
    KV heads, which then hold copies; that is a remark.

    ## Why it matters
    A device holds the KV heads, layers and tokens that its degrees leave it.  Divided by more, the cache looks several
    times as small as it is, and with it the total that decides whether the plan fits.

    ## Example
    ```plan
    - **Tensor parallelism**: TP = 4, PP = 1, DP = 1
    - **Total GPUs**: 4
    - **KV cache per GPU**: 192 GB / 16 = 12 GB   <!-- ME143 -->
    ```

    ## References
    - kwon-2023, section 4.6
    """
    if trains(case) or not case.has("strategy.tp"):
        return
    degrees = _degrees(case)
    heads = plain(case.number_or("model.kv_heads", float("inf")))
    split = prod(n for name, n in degrees.items() if name in ("tp", "pp", "cp"))
    of_one = {name: n for name, n in degrees.items() if name != "dp"}
    for each in divided_caches(case):
        ways = each.devices
        if ways > split and ways not in _products(of_one if _is_of_replica(case, each) else degrees):
            yield _finding(case, each, split)
        elif ways > split and ways not in _products(of_one) and not case.has("workload.batch_size"):
            yield _asked(_finding(case, each, split), "say whether the sequences are those of all replicas")
        elif degrees["tp"] > heads and ways in _products(degrees) - _products(degrees | {"tp": 1}):
            copies = _finding(case, each, split * heads / degrees["tp"])
            yield _asked(copies, f"{figures(heads)} KV heads on {degrees['tp']} tensor-parallel devices are kept twice")


def _asked(finding: Finding, help_: str) -> Finding:
    return replace(finding, severity=Severity.INFO, certainty=Certainty.JUDGEMENT, help=help_)


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


def _finding(case: Case, each: Divided, split: float) -> Finding:
    share = lift(each.whole / split)
    devices = case.fact("strategy.device_count")
    sure = isinstance(devices, Known) and each.devices > devices.value
    return Finding(
        at=each.claim,
        message=f"{each.claim.quantity.show()} of cache on a device is {show(each.whole.value, BYTE)} ÷ "
        f"{figures(each.devices)}, but {_split(split)}: {show(share.value, BYTE)}",
        because=share,
        stated=each.claim.value,
        computed=share.value,
        unit=BYTE,
        certainty=Certainty.DEFINITE if sure else None,
        help="divide by the degrees that split heads, layers or tokens of one replica",
    )


def _split(devices: float) -> str:
    return f"{figures(devices)} devices split it" if devices > 1 else "no degree of the plan splits it"
