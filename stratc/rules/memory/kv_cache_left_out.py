"""ME105: memory of serving without the key-value cache."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from stratc.analysis.case import Case
from stratc.analysis.layout.shares import devices_sharing
from stratc.analysis.memory.account import bare_caches, keeps_cache, lists_parts, sized_caches, verdict
from stratc.analysis.memory.breakdown import TOTALS, Breakdown, breakdowns
from stratc.analysis.memory.cache import context, kept_cache, token_cache, whole_cache
from stratc.analysis.memory.setting import is_training, width_or_none
from stratc.arith.term import HasSpans, Term, lift
from stratc.arith.unit import BYTE, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Missing
from stratc.ir.statement import FLOORS, Per
from stratc.rules.rule import Finding, rule

SMALL = 0.05  # of the stated memory; a smaller cache changes no decision


@rule("ME105", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def kv_cache_left_out(case: Case) -> Iterator[Finding]:
    """The memory of serving is given without the key-value cache.

    ## What it finds
    An inference total that is the weights alone, or a list of parts without a cache, where the stated batch and length
    need a cache of more than a twentieth of the total.  Also a total of a device that its part of the cache alone
    exceeds, in a plan that nowhere speaks of a cache.  Where nothing else is said of the cache, the place where a plan
    to serve sums up its memory, or names a cache without its size, gets a remark, and so does a total beside a cache of
    another section.

    ## Why it matters
    The cache grows with batch and length and is often larger than the weights; it decides how many requests fit.

    ## Example
    ```plan
    - **Layers**: 32
    - **Hidden size**: 4096
    - **Attention heads**: 32
    - **Precision**: FP16
    - **Batch size**: 64 sequences
    - **Sequence length**: 4096 tokens
    - **Model weights**: 14 GB
    - **Inference memory**: ~14 GB   <!-- ME105 -->
    ```

    ## References
    - kwon-2023, section 3
    """
    found = [] if is_training(case) else list(_in_figures(case))
    yield from found
    if not found and keeps_cache(case):
        yield from _in_the_account(case)


def _in_figures(case: Case) -> Iterator[Finding]:
    """Totals that the cache of the stated batch would change."""
    cache = _or_none(lambda: kept_cache(case, whole_cache(case)))
    if cache is None:
        return
    listed = {found.total: found for found in breakdowns(case, width_or_none(case))}
    weights = [claim for claim in case.claims("memory.weights") if claim.per in (Per.TOTAL, Per.UNSAID)]
    for total in case.claims("memory.inference", "memory.total"):
        if _without_cache(total, listed.get(total), weights):
            share = cache / devices_sharing(case) if total.per is Per.DEVICE else cache
            if share.value > SMALL * total.value:
                found = _finding(total, share, listed.get(total))
                elsewhere = any(each.scope.path != total.scope.path for each in case.claims("memory.kv_cache"))
                yield replace(found, severity=Severity.INFO, certainty=Certainty.JUDGEMENT) if elsewhere else found
    yield from _without_room(case, cache, frozenset(listed))


def _without_room(case: Case, cache: Term, listed: frozenset[Claim]) -> Iterator[Finding]:
    """Totals of a device that its part of the cache alone exceeds, in a plan that speaks of no cache anywhere."""
    if any(case.claims("memory.kv_cache")) or any(case.mentions("kv_cache")):
        return
    for total in case.claims("memory.total"):
        bounded = total.relation in FLOORS
        if total.per is Per.DEVICE and total not in listed and not bounded and case.has("strategy.device_count"):
            share = cache / devices_sharing(case)
            if share.value > total.quantity.high:
                yield _finding(total, share, None)


def _without_cache(total: Claim, found: Breakdown | None, weights: list[Claim]) -> bool:
    if total.metric == "memory.inference" and found is None:
        return any(abs(total.value - claim.value) <= 0.02 * claim.value for claim in weights)
    if found is None or found.has("memory.kv_cache") or "memory.kv_cache" in found.open:
        return False
    return found.has("memory.weights", "memory.attention", "memory.experts")


def _finding(total: Claim, share: Term, found: Breakdown | None) -> Finding:
    """Of a list, the line of the activations is shown: the cache belongs beside it, and the sum itself may be right."""
    parts = {part.metric: part.claim for part in found.summands} if found else {}
    return Finding(
        at=parts.get("memory.activations", total),
        message=f"{total.quantity.show()} without a key-value cache, which for the stated batch and length takes "
        f"{show(share.value, BYTE)} more",
        because=share,
        stated=total.value,
        unit=BYTE,
        also=((total, "the total"),),
        label="no cache beside this",
        help="add the cache: 2 × layers × KV heads × head size × bytes for every token of every sequence",
    )


def _in_the_account(case: Case) -> Iterator[Finding]:
    """The cache that a plan names without a size, or never names where it sums up its memory."""
    end = verdict(case)
    if end is None or any(sized_caches(case)):
        return
    named, size = bare_caches(case), _size(case, end.per is Per.DEVICE)
    if any(case.mentions("kv_cache")):
        if named and size:
            yield _remark(named[0], "a key-value cache without its size", size)
    elif lists_parts(case) and (size is None or not _is_small(case, size[0], end)):
        yield _remark(
            end, f"{end.quantity.show()} of memory in a plan to serve that nowhere sizes its key-value cache", size
        )


def _is_small(case: Case, size: Term, end: Claim) -> bool:
    return end.metric in TOTALS and case.has("workload.batch_size") and size.value <= SMALL * end.value


def _size(case: Case, of_device: bool) -> tuple[Term, str] | None:
    """The cache of the most that the plan says of its load, and what it is of; None where it says too little."""
    sharing = of_device and case.has("strategy.device_count")
    whole = _or_none(lambda: kept_cache(case, whole_cache(case)))
    if whole is not None:
        return (
            (lift(whole / devices_sharing(case)), "a device's part of the full batch")
            if sharing
            else (whole, "the full batch")
        )
    sequence = _or_none(lambda: kept_cache(case, lift(context(case) * token_cache(case))))
    if sequence is not None:
        return sequence, "every sequence of the full length"
    token = _or_none(lambda: token_cache(case))
    return (token, "every token") if token is not None else None


def _or_none(cache: Callable[[], Term]) -> Term | None:
    try:
        return cache()
    except Missing:
        return None


def _remark(at: HasSpans, message: str, size: tuple[Term, str] | None) -> Finding:
    takes = f": {size[1]} takes {show(size[0].value, BYTE)}" if size else ""
    return Finding(
        at=at,
        message=message + takes,
        because=size[0] if size else None,
        unit=BYTE,
        label="no cache here",
        severity=Severity.INFO,
        certainty=Certainty.JUDGEMENT,
        help="give the cache its line: 2 × layers × KV heads × head size × bytes for every token of every sequence",
    )
