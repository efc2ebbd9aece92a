"""ME143: a key-value cache divided by more devices than split it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from stratc.analysis.case import Case
from stratc.analysis.memory.oversplit import Oversplit, oversplit_caches
from stratc.arith.term import lift
from stratc.arith.unit import BYTE, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known
from stratc.rules.rule import Finding, rule


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
    devices = case.fact("strategy.device_count")
    for each in oversplit_caches(case):
        sure = isinstance(devices, Known) and each.cache.devices > devices.value
        found = _finding(each, Certainty.DEFINITE if sure else None)
        asked = each.asked and replace(found, severity=Severity.INFO, certainty=Certainty.JUDGEMENT, help=each.asked)
        yield asked or found


def _finding(each: Oversplit, certainty: Certainty | None) -> Finding:
    claim, whole = each.cache.claim, each.cache.whole
    split = f"{figures(each.split)} devices split it" if each.split > 1 else "no degree of the plan splits it"
    return Finding(
        at=claim,
        message=f"{claim.quantity.show()} of cache on a device is {show(whole.value, BYTE)} ÷ "
        f"{figures(each.cache.devices)}, but {split}: {show(each.share, BYTE)}",
        because=lift(whole / each.split),
        stated=claim.value,
        computed=each.share,
        unit=BYTE,
        certainty=certainty,
        help="divide by the degrees that split heads, layers or tokens of one replica",
    )
