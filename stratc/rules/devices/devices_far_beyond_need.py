"""DV301: far more devices than the model needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import ceil

from stratc.analysis.case import Case
from stratc.analysis.memory.provision import USABLE, Need, keeps_states, model_need
from stratc.analysis.said.phase import serves, trains
from stratc.arith.term import Named, lift
from stratc.arith.unit import BYTE, PERCENT, UNITS, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Known, Missing, value_or
from stratc.rules.rule import Finding, rule

FAR = 16  # times the devices that the memory asks for
TINY = 0.01  # share of all memory
SMALL = 0.02  # the same, by the plan's own count
MODEST = 0.1  # of which a remark asks what the rest is for


@rule("DV301", category=Category.OVERPROVISION, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def devices_far_beyond_need(case: Case) -> Iterator[Finding]:
    """The devices could hold the model many times over.

    ## What it finds
    A plan to serve a model on at least sixteen times the devices that its weights and the key-value cache of its full
    batch fill, or one that says itself that it uses two per cent of the memory or less; up to ten per cent are a
    remark.  Stated replicas are counted apart.  It is a judgement unless the model fills less than one per cent of the
    memory: throughput may ask for more devices than memory does.  Training, which a plan says, shards its
    states for or gives figures of gradients or optimizer states for, is left alone: it is bound by computation.

    ## Why it matters
    Splitting a small model over many devices leaves each with too little work to hide its communication: latency
    grows, and most of the hardware waits.

    ## Example
    ```plan
    Inference deployment.

    - **Parameters**: 7B
    - **Precision**: FP16
    - **GPU memory**: 80GB
    - **Total GPUs**: 256 <!-- DV301 -->
    ```

    ## References
    - kwon-2023, section 1
    """
    used = case.known("strategy.device_count")
    if trains(case) or ((keeps_states(case) or _shards_states(case)) and not serves(case)):
        return
    claims = [claim for claim in case.claims("memory.share") if _is_tiny(claim)]
    if claims and used.value >= FAR:
        yield _as_claimed(claims, used)
        return
    modest = [each for each in case.claims("memory.share") if _is_tiny(each, MODEST)]
    if case.has("hardware.memory") and (found := _by_need(case, used)):
        yield replace(found, at=modest[-1]) if modest and case.is_set(used) else found
        return
    if modest and used.value >= FAR * max(1, value_or(case.strategy.dp, 1)):
        yield replace(_as_claimed(modest, used), severity=Severity.INFO, certainty=Certainty.JUDGEMENT)


def _shards_states(case: Case) -> bool:
    """Whether the plan names what only training has its parameters sharded by."""
    return case.has("strategy.zero_stage") or value_or(case.strategy.framework, "") in ("FSDP", "torchtitan")


def _by_need(case: Case, used: Known[int]) -> Finding | None:
    """By what weights and cache take; None where they fill a fair part, or the plan does not say enough."""
    memory = case.known("hardware.memory")
    try:
        need = model_need(case)
    except Missing:
        return None
    devices = used.value / max(1, value_or(case.strategy.dp, 1))
    enough = ceil(need.total / (memory.value * USABLE)) if memory.value else 0
    if not enough or devices < FAR * enough:
        return None
    everything = lift(case.number("strategy.device_count") * case.number("hardware.memory"))
    share = need.total / everything.value
    sure = share < TINY and need.cache is not None
    return Finding(
        at=used,
        message=f"{_amounts(need)} fit {_devices(enough)} of {show(memory.value, BYTE)}, "
        f"but {figures(used.value)} are used: {show(share, PERCENT, 2)} of their memory",
        because=_term(need) / everything,
        stated=used.value,
        computed=enough,
        help="use fewer devices, or run more replicas of a smaller group",
        severity=None if sure else Severity.INFO,
        certainty=None if sure else Certainty.JUDGEMENT,
    )


def _is_tiny(claim: Claim, most: float = SMALL) -> bool:
    """Whether a plan says itself that the model fills next to nothing of a device's memory."""
    return claim.metric == "memory.share" and 0 < claim.value <= most and claim.goal is None


def _as_claimed(claims: list[Claim], used: Known[int]) -> Finding:
    """By the plan's own share; the last place is where it sums up."""
    claim, enough = claims[-1], max(1, ceil(claims[-1].value * used.value / USABLE))
    return Finding(
        at=claim,
        message=f"{claim.quantity.show()} of the memory of {figures(used.value)} devices is used: "
        f"{_devices(enough)} would hold the same",
        stated=claim.value,
        computed=enough,
        also=(*((other, "and here") for other in claims[:-1]), (used, "devices in all")),
        help="use fewer devices, or run more replicas of a smaller group",
    )


def _devices(count: int) -> str:
    return f"{figures(count)} device{'s' if count > 1 else ''}"


def _amounts(need: Need) -> str:
    model = f"{'at most ' if need.bound else ''}{show(need.model, BYTE)} of {need.holds}"
    return model if need.cache is None else f"{model} and {show(need.cache, BYTE)} of KV cache"


def _term(need: Need) -> Named:
    return Named(f"of {need.holds}" + (" and KV cache" if need.cache else ""), need.total, None, UNITS["GB"])
