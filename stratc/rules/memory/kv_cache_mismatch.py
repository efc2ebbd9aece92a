"""ME116: a key-value cache against the architecture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from stratc.analysis.case import Case
from stratc.analysis.layout.shares import devices_sharing
from stratc.analysis.memory.cache import (
    context,
    is_cache_of,
    kept_cache,
    shares_of_cache,
    token_cache,
    token_caches,
    unpacked,
    whole_cache,
)
from stratc.analysis.memory.divided import divided_amounts
from stratc.analysis.said.values import number_of
from stratc.arith.term import Named, Term, lift, plain
from stratc.arith.unit import BYTE, UNITS
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Derived, Known
from stratc.ir.statement import Per, Relation
from stratc.rules.rule import Finding, contradicted, rule

NEAR = 0.01  # of a figure that was rounded
ROUND = 1.25  # rounded figures of a sequence, and prefixes in powers of two
BEFORE = 60  # characters of a label
CLOSE = 0.02  # of a figure that only one slip parts from the right one
_LOAD = ("workload.batch_size", "workload.sequence_length", "workload.prompt_length", "model.kv_precision")
FAR = 2.0  # other batches and lengths than the stated ones explain less


@rule("ME116", category=Category.MEMORY, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def kv_cache_mismatch(case: Case) -> Iterator[Finding]:
    """A key-value cache is far from what layers, heads and batch give.

    ## What it finds
    A cache a token, a sequence, or of the whole batch that is less than half of one device's even share, or, for a
    token or sequence, more than twice what all devices need together.  A larger cache of a device may be reserved;
    more than twice what its tensor and pipeline degrees leave it is a remark, unless it is the whole cache.  Also a
    cache of all heads to the digit, where the model keeps fewer KV heads, and a cache of the full batch that is not its
    sequences times the plan's own figure of one.

    ## Why it matters
    The cache sets the number of requests in flight; a cache that is planned too small is found out under load.

    ## Example
    ```plan
    - **Layers**: 48
    - **Attention heads**: 48
    - **KV heads**: 8
    - **Head dimension**: 128
    - **Precision**: FP16
    - **Total GPUs**: 8
    - **KV cache per token**: 2 KB   <!-- ME116 -->
    ```

    ## References
    - kwon-2023, section 3
    """
    batches = dict(_batches(case))
    yield from batches.values()
    for claim in case.claims("memory.kv_cache"):
        if claim in batches:
            continue
        most = _expected(case, claim)
        if most is None or (
            claim.per is Per.DEVICE and (claim.value in divided_amounts(case) or _is_small(case, claim))
        ):
            continue  # what several devices hold, where it is divided again, or a device's share of a token
        if due := _due(case, claim, most):
            yield _finding(claim, due)
            continue
        if _counts_all_heads(case, claim, most):
            if is_cache_of(case, claim, number_of(case, "model.heads")):
                continue  # of which a rule of its own tells
            yield replace(_finding(claim, most), help="keys and values are kept for the KV heads only")
            continue
        least, far = _least(case, claim, most), FAR * unpacked(case)
        if least is not None and claim.quantity.high * FAR < least.value:
            yield _finding(claim, least)
        elif claim.per in (Per.TOKEN, Per.SEQUENCE) and claim.quantity.low > most.value * far:
            yield _finding(claim, most)
        elif claim.per is Per.DEVICE and (part := _largest(case, most)) and claim.quantity.low > part.value * far:
            found = _finding(claim, part)
            whole = claim.quantity.digits > 1 and abs(claim.value - most.value) <= NEAR * most.value
            spare = replace(found, severity=Severity.INFO, help="say how much of it is held in reserve")
            yield replace(found, help="divide by the devices that split heads and layers") if whole else spare


def _due(case: Case, claim: Claim, most: Term) -> Term | None:
    """What a device needs at the load of the plan, where a figure is that with keys alone, twice, or undivided.

    None where another load, another precision or other degrees may be meant.
    """
    told = claim.per is Per.DEVICE and claim.relation is Relation.IS and claim.quantity.digits > 1
    if not told or claim.quantity.approximate or case.has_several(*_LOAD) or next(case.claims("cache.load"), None):
        return None
    load = case.number("workload.batch_size") * context(case)
    wholes = (most, *(lift(load * width) for width in token_caches(case)))
    fair = [each for whole in wholes for each in shares_of_cache(case, whole, claim.per)]
    if not fair or any(claim.quantity.agrees(each.value, ROUND - 1) for each in fair):
        return None
    ratio = claim.value / fair[0].value
    splits = (number_of(case, f"strategy.{name}") for name in ("tp", "pp"))
    return fair[0] if any(abs(ratio / slip - 1) <= CLOSE for slip in (0.5, 2.0, *splits) if slip) else None


def _is_small(case: Case, claim: Claim) -> bool:
    """Whether a figure is a device's part of the cache that its sentence gives for a token or sequence."""
    beside = (each for each in case.claims("memory.kv_cache") if each.context == claim.context)
    return any(each.per in (Per.TOKEN, Per.SEQUENCE) and each.value >= claim.value for each in beside)


def _counts_all_heads(case: Case, claim: Claim, most: Term) -> bool:
    """Whether a cache is exactly that of all heads, where a group of them shares keys and values."""
    if not case.has("model.heads", "model.kv_heads"):
        return False
    group = case.known("model.heads").value / case.known("model.kv_heads").value
    exact = claim.quantity.digits > 1 and not claim.quantity.is_range and claim.per is not Per.DEVICE
    return group > 1 and exact and abs(claim.value - most.value * group) <= max(claim.quantity.step, NEAR * claim.value)


def _batches(case: Case) -> Iterator[tuple[Claim, Finding]]:
    """Caches of a batch that are not the sequences of their line times the plan's own cache of one."""
    for claim in case.claims("memory.kv_cache"):
        batch = _of_batch(case, claim)
        if batch is not None and not 1 / ROUND <= claim.value / batch.value <= ROUND:
            help_ = "multiply the cache of a sequence by the sequences of the line"
            yield claim, replace(_finding(claim, batch), rival=False, help=help_)


def _of_batch(case: Case, claim: Claim) -> Term | None:
    """The cache of a sequence by the plan's own figure, times the batch that the line of a larger one names."""
    batch = case.fact("workload.batch_size")
    if claim.per not in (Per.TOTAL, Per.UNSAID) or claim.relation is not Relation.IS or not isinstance(batch, Known):
        return None
    if not (any(span in claim.context for span in batch.spans()) or _is_of_full_batch(case, claim)):
        return None
    own = [
        each
        for each in case.claims("memory.kv_cache")
        if each.per is Per.SEQUENCE and each.scope.path == claim.scope.path and each.relation is Relation.IS
    ]
    if len(own) != 1 or own[0].quantity.is_range or not own[0].value:
        return None
    return lift(case.number("workload.batch_size") * Named("a sequence", own[0].value, own[0], UNITS["GB"]))


def _is_of_full_batch(case: Case, claim: Claim) -> bool:
    """Whether the words of a figure, or the label before it, speak of the whole batch."""
    places = (place for each in case.mentions("prompts_together") for place in each.places)
    return any(claim.context.start - BEFORE <= each.start < claim.context.end for each in places)


def _largest(case: Case, most: Term) -> Term | None:
    """The most that a device of the stated groups can need; None where a degree is left open."""
    if not case.has("strategy.tp", "strategy.pp"):
        return None
    split = case.number("strategy.tp") * case.number("strategy.pp")
    return lift(most / split) if plain(split) > 1 else None


def _expected(case: Case, claim: Claim) -> Term | None:
    """The cache on all devices of what the figure counts; None where that is not said."""
    match claim.per:
        case Per.TOKEN:
            return token_cache(case)
        case Per.SEQUENCE:
            return lift(context(case) * token_cache(case))
        case Per.DEVICE | Per.TOTAL | Per.UNSAID if _counts_sequences(case):
            return whole_cache(case)
    return None


def _counts_sequences(case: Case) -> bool:
    """Whether the plan says how many sequences there are at once, and not only how many a pipeline works on."""
    batch = case.fact("workload.batch_size")
    return isinstance(batch, Known) and not isinstance(batch.origin, Derived)


def _least(case: Case, claim: Claim, most: Term) -> Term | None:
    """An even share of one device; of the shortest sequence where the length is a range, without what windows drop.

    None where the plan does not say how many devices share the cache, unless the figure is that of all.
    """
    if not case.has("strategy.device_count") and claim.per is not Per.TOTAL:
        return None
    share = lift(most / devices_sharing(case)) if case.has("strategy.device_count") else most
    share = share if claim.per is Per.TOKEN else kept_cache(case, share)
    length = case.fact("workload.sequence_length")
    if claim.per is not Per.TOKEN and isinstance(length, Known) and length.value.is_range:
        return lift(share * (length.value.low / plain(context(case))))
    return share


def _finding(claim: Claim, computed: Term) -> Finding:
    advice = "count 2 × layers × KV heads × head size × bytes for every token of every sequence"
    return replace(contradicted(claim, computed, advice, said="of key-value cache stated", unit=BYTE), rival=True)
