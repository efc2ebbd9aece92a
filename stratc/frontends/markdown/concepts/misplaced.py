"""What a sentence puts where it cannot be: a cache of experts, tensor parallelism inside one device."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.words.vocabulary import DEVICES, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence

Place = tuple[int, int]
_CACHES = (("kv", "cache"), ("kvcache",), ("key", "value", "cache"))
_CACHE_WORDS = words("cache kvcache")
_OWNED = words("for per of across by")
_EACH = words("each every the all active inactive idle unused only selected unselected single one a")
_OTHERS = words("parallel parallelism group rank gpu weight parameter layer node server replica stage model")
_NEAR = 4  # words between the cache and whose it is said to be
_PARTING = words(
    "and or beside next plus with not no never but while wherea without than space room freed released reused"
)
_INSIDE = words("within inside internal")
_SEVERAL = words("group pair node cluster set server quad island domain pod half boundary count memory")
_TENSOR = words("tp tensor")
_EACH_ONE = words("each every single one")
_SHARES = words("shard rank slice part portion partition weight matrix copy")  # which do lie inside one device
_APPLIED = words("applied apply used split partitioned sharded divided performed done run")
_BATCHES = words("batch sample request")
_CUT = words("split divided partitioned distributed sharded")
_OVER = words("across over among along by")
_OTHER_AXES = words("dp data sp cp context")
_DOUBTFUL = words("not never cannot no if unless kernel core")


def misplaced(sentence: Sentence) -> Iterator[tuple[str, Place]]:
    """Concepts of a cache of experts, a tensor group in one device and a batch split by tensor parallelism."""
    if not _may_misplace(sentence.stems):
        return
    tokens = sentence.tokens
    said = [at for at, token in enumerate(tokens) if token.stem or token.sign in (",", ";", ":", ".", "(")]
    stems = [tokens[at].stem for at in said]
    for concept, place in (
        ("kv_cache_of_experts", _cache_of_experts(stems)),
        ("tensor_group_in_device", _tensor_in_device(stems, _is_on_tensor(sentence))),
        ("batch_split_by_tensor", _batch_by_tensor(stems)),
    ):
        if place:
            yield concept, (said[place[0]], said[place[1] - 1] + 1)


def _may_misplace(stems: frozenset[str]) -> bool:
    """Whether the words stand there without which nothing is put where it cannot be."""
    cache = "expert" in stems and not stems.isdisjoint(_CACHE_WORDS)
    batch = not (stems.isdisjoint(_TENSOR) or stems.isdisjoint(_BATCHES) or stems.isdisjoint(_CUT))
    return cache or batch or not stems.isdisjoint(_INSIDE)


def _cache_of_experts(stems: Sequence[str]) -> Place | None:
    """ "KV cache for active experts only", "KV cache per expert"; a sign or "and" between them parts the two."""
    for cache in _CACHES:
        for at in range(len(stems) - len(cache)):
            if tuple(stems[at : at + len(cache)]) != cache:
                continue
            end = at + len(cache)
            for index in range(end, min(end + _NEAR, len(stems))):
                if not stems[index] or stems[index] in _PARTING:
                    break
                if stems[index] in _OWNED and (expert := _expert_after(stems, index + 1)):
                    return at, expert
    return None


def _expert_after(stems: Sequence[str], at: int) -> int:
    """The index after "expert" where nothing but articles and adjectives stands before it, 0 for none."""
    while at < len(stems) and stems[at] in _EACH:
        at += 1
    if at >= len(stems) or stems[at] != "expert" or (at + 1 < len(stems) and stems[at + 1] in _OTHERS):
        return 0
    return at + 1


def _is_on_tensor(sentence: Sentence) -> bool:
    """Whether the nearest label or heading is tensor parallelism and the sentence says what that is applied to."""
    title = {token.stem for each in sentence.above[:1] for token in each.tokens}
    labelled = any(token.stem in _APPLIED for token in sentence.key)
    return labelled and bool(title & _TENSOR) and not title & _OTHER_AXES


def _tensor_in_device(stems: Sequence[str], on_tensor: bool) -> Place | None:
    """ "TP communication is internal to each GPU", "inside one device, tensor parallelism splits …".

    Groups are no devices, and the shard of a rank does lie inside one.
    """
    if not (on_tensor or any(stem in _TENSOR for stem in stems)) or _SHARES & set(stems):
        return None
    for at, stem in enumerate(stems):
        if stem not in _INSIDE or _DOUBTFUL & set(stems[max(0, at - 6) : at]):
            continue
        end = at + 2 if stems[at + 1 : at + 2] == ["to"] else at + 1
        end += stems[end : end + 1] == ["a"]
        each, device, *after = [*stems[end : end + 4], "", "", "", ""][:4]
        inside = each in _EACH_ONE and device in DEVICES and after[0] not in _SEVERAL
        first = after[0] if after[0] else after[1]
        if inside and (on_tensor or _TENSOR & set(stems[:at]) or first in _TENSOR):
            return at, end + 2
    return None


def _batch_by_tensor(stems: Sequence[str]) -> Place | None:
    """ "the batch is split across the TP dimension"; data parallelism in the same sentence may be meant."""
    if not any(stem in _TENSOR for stem in stems) or _OTHER_AXES & set(stems):
        return None
    for at, stem in enumerate(stems):
        if stem not in _BATCHES or _DOUBTFUL & set(stems[max(0, at - 6) : at + 4]):
            continue
        cut = next((n for n in range(at + 1, min(at + 4, len(stems))) if stems[n] in _CUT), 0)
        over = next((n for n in range(cut + 1, min(cut + 3, len(stems))) if stems[n] in _OVER), 0) if cut else 0
        end = next((n for n in range(over + 1, min(over + 4, len(stems))) if stems[n] in _TENSOR), 0) if over else 0
        if end:
            return at, end + 1
    return None
