"""The key-value cache of the whole batch, as the plan's facts imply it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import inf
from typing import TYPE_CHECKING

from stratc.analysis.memory.setting import element_bytes
from stratc.analysis.model.architecture import kv_shape, sliding
from stratc.analysis.said.factors import are_among, multiplied, product_of
from stratc.analysis.said.values import number_of
from stratc.arith.functions import product
from stratc.arith.term import Named, Number, Term, lift, plain
from stratc.arith.unit import UNITS
from stratc.cost.memory import cache_bytes, cache_bytes_per_token, latent_cache_bytes_per_token
from stratc.cost.windows import kept_positions
from stratc.ir.origin import Known, Missing
from stratc.ir.statement import Per, Relation

if TYPE_CHECKING:
    from stratc.analysis.case import Case
    from stratc.ir.claim import Claim

CACHED = ("model.layers", "model.head_dim")  # what every head of the cache is multiplied by
KEYS_AND_VALUES = 2.0
_BOTH = ("kv", "k+v", "keys", "k and v")
_SPLITTING = ("tp", "pp", "cp", "dp")  # a load may be that of all replicas
UNPACKED = 2.0  # bytes in which engines keep the cache beside weights of four bits, unless told otherwise


def token_cache(case: Case) -> Term:
    """Bytes of one token in all layers, on all devices together; raises Missing."""
    layers, width = _layer_cache(case)
    return lift(layers * width)


def token_elements(case: Case) -> Term:
    """Keys and values of one token in all layers, as numbers of whatever width; raises Missing."""
    layers, latent, kv_heads, head_dim = kv_shape(case)
    if latent is not None:
        return lift(layers * latent_cache_bytes_per_token(latent.kv_rank, latent.rope, 1))
    return lift(layers * cache_bytes_per_token(kv_heads, head_dim, 1))


def _layer_cache(case: Case) -> tuple[Number, Number]:
    """Layers, and bytes of one token in one of them."""
    layers, latent, kv_heads, head_dim = kv_shape(case)
    width = _width(case)
    if latent is not None:
        return layers, latent_cache_bytes_per_token(latent.kv_rank, latent.rope, width)
    return layers, cache_bytes_per_token(kv_heads, head_dim, width)


def _width(case: Case) -> float:
    """Bytes of a key or value; where only the weights are said to be of less than a byte, the cache is of two."""
    if case.has("model.kv_precision"):
        return element_bytes(case, "model.kv_precision")
    width = element_bytes(case)
    return width if width >= 1 else UNPACKED


def unpacked(case: Case) -> float:
    """How many times as large the cache is in two bytes, where only the weights are said to be of fewer."""
    return 1.0 if case.has("model.kv_precision") else max(1.0, UNPACKED / _width(case))


def whole_cache(case: Case) -> Term:
    """Bytes of the cache of the stated batch at its full length, on all devices together; raises Missing."""
    return lift(cache_bytes(case.number("workload.batch_size") * context(case), *_layer_cache(case)))


def token_caches(case: Case) -> Iterator[Term]:
    """Bytes of one token on all devices, by the architecture and by the plan's own figures of one.

    Where nobody says in which precision the cache is kept beside weights of a byte or less, both are usual.
    """
    if sliding(case) is not None:
        return  # which keeps only the last tokens
    try:
        own = token_cache(case)
    except Missing:
        pass
    else:
        yield own
        if unpacked(case) > 1:
            yield lift(own * unpacked(case))
    for claim in case.claims("memory.kv_cache"):
        if claim.per is Per.TOKEN and claim.relation is Relation.IS and not claim.quantity.is_range:
            yield Named("a token", claim.value, claim, UNITS["KB"])


def shares_of_cache(case: Case, whole: Term, per: Per) -> Iterator[Term]:
    """What the degrees leave of a cache: for a device as tensor and pipeline parallelism split it, else in any way.

    Latent attention is kept whole on every device of a tensor group, and fewer heads than devices are repeated.
    """
    degrees = {name: case.number(f"strategy.{name}") for name in _SPLITTING if number_of(case, f"strategy.{name}") > 1}
    if "tp" in degrees and (heads := _heads_kept(case)) < plain(degrees["tp"]):
        degrees["tp"] = heads
    sure = [name for name in ("tp", "pp") if name in degrees] if per is Per.DEVICE else []
    for count in range(len(sure), len(degrees) + 1):
        for some in combinations(degrees, count):
            if set(sure) <= set(some):
                yield lift(whole / product([degrees[name] for name in some])) if some else whole


def _heads_kept(case: Case) -> float:
    """Heads of keys and values that a tensor group can share out."""
    try:
        _, latent, heads, _ = kv_shape(case)
    except Missing:
        return inf
    return 1 if latent is not None else plain(heads) if case.has("model.kv_heads") else inf


def kept_cache(case: Case, cache: Term) -> Term:
    """So much of a cache as stays where layers with a window let go of what they look at no more; raises Missing."""
    windows = sliding(case)
    return lift(cache * kept_positions(windows, context(case)) / context(case)) if windows else cache


def context(case: Case) -> Number:
    """Tokens of a sequence at its end: prompt and output, or the sequence length, which bounds them."""
    if isinstance(case.fact("workload.prompt_length"), Known):
        prompt = case.number("workload.prompt_length")
        both = prompt + case.number("workload.output_length") if case.has("workload.output_length") else prompt
        longest = case.number_or("workload.sequence_length", float("inf"))
        return both if plain(both) <= plain(longest) else longest
    return case.number("workload.sequence_length")


def is_cache_of(case: Case, claim: Claim, heads: float) -> bool:
    """Whether a figure is worked out with all factors of a cache of so many heads, the two of keys and values too."""
    if claim.working is None:
        return False
    return are_among((*_of_heads(case, heads), KEYS_AND_VALUES), (each.value for each in multiplied(claim.working)))


def without_the_two(case: Case, claim: Claim) -> bool:
    """Whether a figure is worked out with all factors of a cache but the two of keys and values.

    The bytes of an element must stand among them as bytes, in the precision of the cache: two of them are no such two.
    """
    product = product_of(claim.working) if claim.working is not None else None
    width = _width(case) if case.has("model.precision") or case.has("model.kv_precision") else 0.0
    if product is None or width < 1 or not any(each.is_bytes and each.value == width for each in product.over):
        return False
    heads = number_of(case, "model.kv_heads") or number_of(case, "model.heads")
    needed = (*_of_heads(case, heads), width)
    rest = product.without(*needed)
    even = any(each.value == KEYS_AND_VALUES or each.word.startswith(_BOTH) for each in rest)
    return product.multiplies(*needed) and not even


def _of_heads(case: Case, heads: float) -> tuple[float, ...]:
    """The factors of a cache of so many heads beside keys and values and the bytes of each."""
    return heads, *(number_of(case, key) for key in CACHED)
