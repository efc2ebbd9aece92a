"""ME105: memory of serving without the key-value cache."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.breakdown import Breakdown, breakdowns
from stratc.analysis.cache import kept_cache, whole_cache
from stratc.analysis.case import Case
from stratc.analysis.setting import is_training, width_or_none
from stratc.analysis.shares import devices_sharing
from stratc.arith.term import Term
from stratc.arith.unit import BYTE, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per, Relation
from stratc.rules.rule import Finding, rule

SMALL = 0.05  # of the stated memory; a smaller cache changes no decision


@rule("ME105", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def kv_cache_left_out(case: Case) -> Iterator[Finding]:
    """The memory of serving is given without the key-value cache.

    ## What it finds
    An inference total that is the weights alone, or a list of parts without a cache, where the stated batch and length
    need a cache of more than a twentieth of the total.  Also a total of a device that its part of the cache alone
    exceeds, in a plan that nowhere speaks of a cache.

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
    cache = kept_cache(case, whole_cache(case))
    listed = {found.total: found for found in breakdowns(case, width_or_none(case))}
    weights = [claim for claim in case.claims("memory.weights") if claim.per in (Per.TOTAL, Per.UNSAID)]
    for total in case.claims("memory.inference", "memory.total"):
        if _without_cache(case, total, listed.get(total), weights):
            share = cache / devices_sharing(case) if total.per is Per.DEVICE else cache
            if share.value > SMALL * total.value:
                yield _finding(total, share, listed.get(total))
    yield from _without_room(case, cache, frozenset(listed))


def _without_room(case: Case, cache: Term, listed: frozenset[Claim]) -> Iterator[Finding]:
    """Totals of a device that its part of the cache alone exceeds, in a plan that speaks of no cache anywhere."""
    if is_training(case) or any(case.claims("memory.kv_cache")) or any(case.mentions("kv_cache")):
        return
    for total in case.claims("memory.total"):
        bounded = total.relation in (Relation.AT_LEAST, Relation.MORE)
        if total.per is Per.DEVICE and total not in listed and not bounded and case.has("strategy.device_count"):
            share = cache / devices_sharing(case)
            if share.value > total.quantity.high:
                yield _finding(total, share, None)


def _without_cache(case: Case, total: Claim, found: Breakdown | None, weights: list[Claim]) -> bool:
    if total.metric == "memory.inference" and found is None:
        return any(abs(total.value - claim.value) <= 0.02 * claim.value for claim in weights)
    if found is None or is_training(case) or found.has("memory.kv_cache"):
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
