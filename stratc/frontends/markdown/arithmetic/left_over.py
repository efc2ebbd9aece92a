"""Memory that is said to be left of a device, beside what is used: "it is at 50 GB, which leaves 14 GB"."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from stratc.arith.term import Apply
from stratc.arith.unit import BYTE
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.words.vocabulary import words
from stratc.frontends.markdown.workings.working import literal_of
from stratc.ir.scope import Role
from stratc.ir.statement import Per, Relation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_LEFT = words("leave leaving left spare unused free remain remaining headroom")
_USED = words("total sum together altogether resident overall occupied used use footprint loaded")
_IN_ALL = frozenset(
    (("in", "all"), ("all", "in"), ("add", "up"), ("adding", "up"), ("is", "at"), ("are", "at"))
)  # "adds 28 GB" is one part more
_LIMITS = words("compare compared against of with capacity limit gpu offer has have from")
_OTHERWISE = words(
    "layer replica node host cpu system disk each if would could until after before than more less request sequence "
    "token target minimum alert threshold exceed exceeded over short missing draft fragmentation model "
    "weight should must keep"
)
_NEAR = 3  # tokens between a word and its figure
_LEAST = 1e8  # bytes
_ROUNDED = 0.03  # by which what is left may be rounded


def left_over(said: Iterable[Sentence]) -> Iterator[Statement]:
    """Statements "memory.left", what is used as their working; where the whole stands beside it, the difference."""
    path: tuple[str, ...] = ()
    used: tuple[Sentence, Figure] | None = None
    paragraph: dict[int, list[Figure]] = {}  # the sizes of the block at hand
    for sentence in said:
        if sentence.scope.path != path:
            path, used = sentence.scope.path, None
        if sentence.scope.role not in (Role.PLAN, Role.TARGET) or not sentence.has_digit:
            continue
        sizes = [(at, figure) for at, figure in sentence.figures if _is_size(figure)]
        left = [(at, figure) for at, figure in sizes if _is_left(sentence, at)]
        stems = sentence.stems | sentence.key_stems
        before = paragraph.get(sentence.block.start, [])
        if len(left) == 1 and not stems & _OTHERWISE and not _is_rest(left[0][1], before):
            yield from _of(sentence, left[0], [each for each in sizes if each not in left], used)
        total = _total(sentence, [each for each in sizes if each not in left])
        used = (sentence, total) if total is not None else used
        paragraph = {sentence.block.start: [*before, *(figure for _, figure in sizes)]}


def _is_rest(left: Figure, sizes: Sequence[Figure]) -> bool:
    """Whether a size is what all other sizes of a paragraph leave of one of them."""
    total = sum(each.value for each in sizes)
    rests = (2 * each.value - total for each in sizes) if len(sizes) > 1 else ()
    return any(abs(rest - left.value) <= _ROUNDED * left.value for rest in rests)


def _is_size(figure: Figure) -> bool:
    exact = figure.quantity.dimension == BYTE and not (figure.quantity.is_range or figure.more)
    return exact and figure.value >= _LEAST


def _is_left(sentence: Sentence, at: int) -> bool:
    """Whether a word right beside a figure says that it is what is left."""
    tokens = sentence.tokens
    before, after = tokens[max(0, at - _NEAR) : at], tokens[at + 1 : at + 1 + _NEAR]
    if any(token.stem == "of" for token in before[-2:]):
        return False  # "the remainder of the 141 GB"
    near = [token.stem for token in before if token.figure is None] + [token.stem for token in after[:2]]
    parted = any(token.figure for token in before) and not _LEFT & {token.stem for token in after[:2]}
    return not parted and not _LEFT.isdisjoint(near)


def _total(sentence: Sentence, sizes: list[tuple[int, Figure]]) -> Figure | None:
    """The last size of a sentence, where words say that it is what is used in all."""
    pairs = pairwise(token.stem for token in sentence.tokens)
    said = bool((sentence.stems | sentence.key_stems) & _USED) or not _IN_ALL.isdisjoint(pairs)
    return sizes[-1][1] if said and sizes else None


def _of(
    sentence: Sentence,
    left: tuple[int, Figure],
    others: list[tuple[int, Figure]],
    used: tuple[Sentence, Figure] | None,
) -> Iterator[Statement]:
    at, figure = left
    worked = any(token.sign in ("=", "−") for token in sentence.tokens)
    if worked or relation_before(sentence.tokens, at) is not Relation.IS:
        return
    own = _total(sentence, others)
    wholes = [each for n, each in others if each is not own and _is_limit(sentence, n)]
    taken = (sentence, own) if own is not None and len(others) - len(wholes) == 1 else used if not own else None
    if taken is None or len(others) > len(wholes) + (own is not None) or len(wholes) > 1:
        return
    working = literal_of(*taken)
    said = say(sentence, "memory.left", figure.value, (figure.start, figure.end), figure=figure, per=Per.DEVICE)
    if wholes:
        yield replace(said, subject="implied", working=Apply("-", literal_of(sentence, wholes[0]), working))
    else:
        yield replace(said, working=working)


def _is_limit(sentence: Sentence, at: int) -> bool:
    """Whether words before a size make it the whole of which something is left: "compare with 141 GB", "of 80 GB"."""
    before = {token.stem for token in sentence.tokens[max(0, at - _NEAR) : at]}
    return not _LIMITS.isdisjoint(before)
