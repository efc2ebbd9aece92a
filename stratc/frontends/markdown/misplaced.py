"""What a sentence puts where it cannot be: a cache of experts, tensor parallelism inside one device."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.tokens import Token

Place = tuple[int, int]
_CACHES = (("kv", "cache"), ("kvcache",), ("key", "value", "cache"))
_OWNED = words("for per of across by")
_EACH = words("each every the all active inactive idle unused only selected unselected single one a")
_OTHERS = words("parallel parallelism group rank gpu device weight parameter layer node server replica stage model")
_NEAR = 4  # words between the cache and whose it is said to be
_PARTING = words(
    "and or beside besides next plus with not no never but while whereas without than space room freed released reused"
)
_INSIDE = words("within inside internal")
_DEVICES = words("gpu npu device card accelerator")
_SEVERAL = words("group pair node cluster set server quad island domain pod half boundary count memory")
_TENSOR = words("tp tensor")
_BATCHES = words("batch batche sample request")
_CUT = words("split divided partitioned distributed sharded")
_OVER = words("across over among along by")
_OTHER_AXES = words("dp data sp sequence-parallel cp context")
_DOUBTFUL = words("not never cannot no if unless kernel core")


def misplaced(tokens: Sequence[Token]) -> Iterator[tuple[str, Place]]:
    """Concepts of a cache of experts, a tensor group in one device and a batch split by tensor parallelism."""
    said = [at for at, token in enumerate(tokens) if token.stem or token.sign in (",", ";", ":", ".", "(")]
    stems = [tokens[at].stem for at in said]
    for concept, place in (
        ("kv_cache_of_experts", _cache_of_experts(stems)),
        ("tensor_group_in_device", _tensor_in_device(stems)),
        ("batch_split_by_tensor", _batch_by_tensor(stems)),
    ):
        if place:
            yield concept, (said[place[0]], said[place[1] - 1] + 1)


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


def _tensor_in_device(stems: Sequence[str]) -> Place | None:
    """ "TP communication is internal to each GPU", "tensor parallelism within each device"; groups are no devices."""
    if not any(stem in _TENSOR for stem in stems):
        return None
    for at, stem in enumerate(stems):
        if stem not in _INSIDE or _DOUBTFUL & set(stems[max(0, at - 6) : at]) or not _TENSOR & set(stems[:at]):
            continue
        end = at + 2 if stems[at + 1 : at + 2] == ["to"] else at + 1
        each, device, *after = [*stems[end : end + 3], "", "", ""][:3]
        if each in ("each", "every", "single", "one") and device in _DEVICES and after[0] not in _SEVERAL:
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
