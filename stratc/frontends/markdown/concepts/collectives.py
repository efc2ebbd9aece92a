"""What a sentence says of collectives that cannot be: an all-reduce that routes tokens, one all-to-all a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.words.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence

Place = tuple[int, int]
_ALL_REDUCE = (("all", "reduce"), ("allreduce",))
_ALL_TO_ALL = (("all", "to", "all"), ("alltoall",), ("all2all",), ("a2a",))
_ROUTING = words("routing dispatch exchange shuffle")
_MOVED = words("combine route send exchange dispatch distribute shuffle deliver return gather")
_MEANS = words("use using via through with by employ")
_BETWEEN = words("for in of the a an efficient optimized during")
_ONCE = (("once",), ("one", "time"), ("single", "time"), ("one", "operation"), ("single", "operation"))
_NEEDED = words("reduce allreduce once time operation")  # without one of which nothing is said
_EACH = words("per each every a")
_LAYERS = words("layer block")
_KINDS = words("moe expert transformer sparse")
_HALVES = words("dispatch combine before after gather scatter send return forward direction twice routing both pass")
_DOUBTFUL = words("not no never instead without avoid unlike rather replace replaced versus vs than")


def collectives(sentence: Sentence) -> Iterator[tuple[str, Place]]:
    """Concepts "all_reduce_for_routing" and "all_to_all_once" with the words that say them."""
    if sentence.stems.isdisjoint(_NEEDED) or not sentence.stems.isdisjoint(_DOUBTFUL):
        return
    said = [at for at, token in enumerate(sentence.tokens) if token.stem]
    stems = [sentence.tokens[at].stem for at in said]
    exchange = _first(stems, _ALL_TO_ALL)
    if exchange is None and (place := _routing(stems)):
        yield "all_reduce_for_routing", (said[place[0]], said[place[1] - 1] + 1)
    if (exchange or _is_below(sentence)) and (place := _once(stems)):
        yield "all_to_all_once", (said[place[0]], said[place[1] - 1] + 1)


def _first(stems: Sequence[str], names: tuple[tuple[str, ...], ...]) -> Place | None:
    """The first place that spells one of the names."""
    found = (
        (at, at + len(name)) for at in range(len(stems)) for name in names if tuple(stems[at : at + len(name)]) == name
    )
    return next(found, None)


def _is_below(sentence: Sentence) -> bool:
    """Whether the nearest label or heading names the all-to-all and no other collective."""
    if not sentence.above:
        return False
    stems = [token.stem for token in sentence.above[0].tokens if token.stem]
    return _first(stems, _ALL_TO_ALL) is not None and _first(stems, _ALL_REDUCE) is None


def _routing(stems: Sequence[str]) -> Place | None:
    """ "all-reduce for expert routing", "expert routing via all-reduce"."""
    reduce = _first(stems, _ALL_REDUCE)
    if reduce is None:
        return None
    after = reduce[1] + 1 if stems[reduce[1] : reduce[1] + 1] == ["for"] else reduce[1]
    while after > reduce[1] and after < len(stems) and stems[after] in _BETWEEN:
        after += 1
    if after > reduce[1] and _is_routing(stems, after):
        return reduce[0], after + 2
    if moved := _moves_tokens(stems, reduce[1]):
        return reduce[0], moved
    before = reduce[0] - 1
    while before >= 0 and stems[before] in _BETWEEN:
        before -= 1
    if before >= 2 and stems[before] in _MEANS and _is_routing(stems, before - 2):
        return before - 2, reduce[1]
    return None


def _moves_tokens(stems: Sequence[str], at: int) -> int:
    """The end of "to combine the tokens" after an all-reduce, 0 for none; outputs of experts may be added up."""
    if stems[at : at + 1] not in (["to"], ["for"]) or stems[at + 1 : at + 2] == []:
        return 0
    moved = stems[at + 1].removesuffix("ing") in _MOVED or f"{stems[at + 1].removesuffix('ing')}e" in _MOVED
    near = stems[at + 2 : at + 5]
    return at + 3 + near.index("token") if moved and "token" in near else 0


def _is_routing(stems: Sequence[str], at: int) -> bool:
    return stems[at] in ("expert", "token") and at + 1 < len(stems) and stems[at + 1] in _ROUTING


def _once(stems: Sequence[str]) -> Place | None:
    """ "once per MoE layer"; a sentence on dispatch or combine alone counts one of the two."""
    if _HALVES & set(stems):
        return None
    place = _first(stems, _ONCE)
    if place is None or stems[place[1] : place[1] + 1] == [] or stems[place[1]] not in _EACH:
        return None
    at = place[1] + 1
    while at < len(stems) and stems[at] in _KINDS:
        at += 1
    return (place[0], at + 1) if at < len(stems) and stems[at] in _LAYERS else None
