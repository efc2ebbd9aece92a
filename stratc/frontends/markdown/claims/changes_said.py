"""Changes that sentences state of two figures: "from 40 GB to 10 GB (75 % less)", "12 RPS, 20 % above 10 RPS"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.quantity import APPROXIMATE, Quantity
from stratc.arith.term import Apply
from stratc.arith.unit import COUNT, ONE, PERCENT
from stratc.frontends.markdown.arithmetic.portions import in_unit
from stratc.frontends.markdown.document.figures import Figure
from stratc.frontends.markdown.document.saying import ARROWS, relation_before, say
from stratc.frontends.markdown.words.vocabulary import words
from stratc.frontends.markdown.workings.working import literal_of
from stratc.ir.statement import Per, Relation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_CHANGE = words(
    "reduction improvement increase decrease drop saving gain growth cut less more fewer lower higher faster slower "
    "better smaller larger shorter longer speedup headroom margin"
)
_BY = words(
    "by reduced lowered shrunk improved increased exceed exceeding exceeded beat beating outperform outperforming"
)
_NOUNS = words("reduction improvement increase decrease drop saving gain growth speedup headroom margin")
_BEYOND = words("above below over under")
_THAN = words("instead over from than versus vs against compared relative above below beyond")
_LEFT = words("headroom margin")
_GOAL = words("target requirement required minimum goal limit slo sla budget baseline")
_FILLING = words("the a an of our its to with in by about only just roughly is at")
_WORDED = {"twice": 2.0, "double": 2.0, "doubled": 2.0, "doubling": 2.0, "halved": 0.5, "tripled": 3.0, "triple": 3.0}
_NO_FACTORS = words("precision buffer buffering buffered batch stream pump")
_PARTED = words("respectively while wherea but and or then if when would could another other further additional")
_FALLS = words("reduction decrease drop saving cut less fewer lower smaller shorter reduced lowered shrunk")
_RISES = words("increase growth more higher larger longer increased")
_DRAWN = (*ARROWS, "->", "=>")
_ENDS = frozenset("),;.✓✅✔!")
_MIDDLE = 6  # tokens that may stand between a figure and what it is compared with
_LEADS_ON = words(  # words after a bare number that it does not count
    "to and or vs versus down up then but in at with on from target baseline goal limit requirement required before "
    "after now today original originally"
)


def changes_said(sentence: Sentence) -> Iterator[Statement]:
    """Statements "change.ratio" of a sentence with two figures of a kind and the change from one to the other.

    Silent where a third figure, another object ("30 % more throughput") or rounding leaves open what the change is of.
    """
    tokens = sentence.tokens
    figures = [at for at, token in enumerate(tokens) if token.figure is not None]
    if not 2 <= len(figures) <= 3:
        return
    stated = [at for at in figures if _is_change(sentence, at)]
    worded = [at for at, token in enumerate(tokens) if token.stem in _WORDED and _is_factor(tokens, at)]
    if len(stated) + len(worded) != 1 or len(figures) - len(stated) != 2:
        return
    at = (stated or worded)[0]
    first, second = (tokens[index].figure for index in figures if index != at)
    if first is None or second is None or not _are_alike(first, second):
        return
    if first.quantity.dimension != second.quantity.dimension and any(_counts(tokens, n) for n in figures if n != at):
        return  # "median of 50 steps above 11.0 s (15 % slower)"
    if PERCENT in (first.quantity.unit, second.quantity.unit) and _LEFT & {token.stem for token in tokens}:
        return  # points, which are worked out elsewhere
    one, other = (index for index in figures if index != at)
    if not _is_linked(tokens, one, other, at) or _PARTED & {token.stem for token in tokens[one:other]}:
        return
    old, new = (first, second) if _is_move(tokens, one, other) else (second, first)
    figure = tokens[at].figure or _factor(tokens[at])
    way = _way(tokens, at)
    if not may_be_rounded(figure.quantity, old.quantity, new.quantity, way):
        before, after = literal_of(sentence, old), literal_of(sentence, new)
        said = say(sentence, "change.ratio", figure.value, (figure.start, figure.end), figure=figure)
        ratio = Apply("÷", in_unit(after, before), in_unit(before, after))
        yield replace(said, working=ratio, cause=way)


def _way(tokens: Sequence[Token], at: int) -> str:
    """Which way a change is said to go: "fall", "rise", or "" for an improvement, which may be either."""
    near = {token.stem for token in tokens[max(0, at - 3) : at + 4]}
    return "fall" if near & _FALLS else "rise" if near & _RISES else ""


def _is_change(sentence: Sentence, at: int) -> bool:
    """Whether a percentage or a factor is called a change, and nothing after it says of what else."""
    tokens = sentence.tokens
    figure = tokens[at].figure
    if figure is None or not (figure.times or figure.quantity.unit == PERCENT) or figure.quantity.is_range:
        return False
    if figure.more or relation_before(tokens, at) not in (Relation.IS, Relation.MORE):
        return False
    if relation_before(tokens, at) is Relation.MORE and not (at and tokens[at - 1].stem in _BY):
        return False
    after = at + 1
    while after < len(tokens) and (tokens[after].sign == "-" or tokens[after].stem in ("a", "point")):
        after += 1
    if after < len(tokens) and tokens[after].stem in _CHANGE:
        return _ends(sentence, after + 1)
    if after < len(tokens) and (tokens[after].stem in _BEYOND or (figure.times and tokens[after].stem == "the")):
        near = tokens[after + 1 : after + _MIDDLE]
        return any(token.figure for token in near) and any(token.stem in _GOAL for token in near)
    before = [token for token in tokens[max(0, at - 3) : at] if token.stem not in ("about", "roughly", "of")]
    told = bool(before) and (before[-1].stem in _BY or before[-1].stem in _NOUNS or before[-1].sign == ":")
    noun = any(token.stem in _NOUNS for token in before[-2:]) or (bool(before) and before[-1].stem == "by")
    return told and noun and _ends(sentence, at + 1)


def _ends(sentence: Sentence, at: int) -> bool:
    """Whether a change is said of what the sentence is about: nothing follows, a comparison, or a word said before."""
    tokens = sentence.tokens
    if at >= len(tokens) or (tokens[at].sign and tokens[at].sign in _ENDS):
        return True
    if tokens[at].stem in _THAN:
        near = tokens[at + 1 : at + _MIDDLE]
        elsewhere = {token.stem for token in (*tokens[:at], *tokens[at + _MIDDLE :])}
        return any(token.figure or token.stem in _GOAL & elsewhere or token.stem == "that" for token in near)
    if tokens[at].stem in ("in", "of") and at + 1 < len(tokens):
        said = {token.stem for token in (*sentence.key, *tokens[: at - 1]) if token.stem} - _FILLING - _CHANGE
        return bool(said & {token.stem for token in tokens[at + 1 : at + 3]})
    return False


def _is_factor(tokens: Sequence[Token], at: int) -> bool:
    """Whether "twice" or "doubled" is a change of its own: "twice the required 100", "doubled from 4 s to 8 s"."""
    after = tokens[at + 1 : at + 3]
    if after and (after[0].sign == "-" or any(token.stem in _NO_FACTORS for token in after)):
        return False
    near = {token.stem for token in tokens[max(0, at - 2) : at]}
    return not near & words("almost nearly more less not no than over")


def _factor(token: Token) -> Figure:
    number = _WORDED[token.stem]
    return Figure(Quantity(number, number, ONE, approximate=True), token.start, token.end, times=True)


def _counts(tokens: Sequence[Token], at: int) -> bool:
    """Whether a bare number counts what a noun after it names."""
    figure, after = tokens[at].figure, tokens[at + 1].stem if at + 1 < len(tokens) else ""
    return figure is not None and figure.is_count and bool(after) and after not in _LEADS_ON


def _are_alike(first: Figure, second: Figure) -> bool:
    """Whether two figures are exact, count the same thing, and differ."""
    for figure in (first, second):
        if figure.quantity.is_range or figure.more or figure.times or figure.value <= 0:
            return False
    one, other = first.quantity.dimension, second.quantity.dimension
    if first.per is not second.per and Per.UNSAID not in (first.per, second.per):
        return False
    return (one == other or COUNT in (one, other)) and first.value != second.value


def _is_linked(tokens: Sequence[Token], one: int, other: int, at: int) -> bool:
    """Whether the words say that one figure is compared with the other."""
    if _is_move(tokens, one, other):
        return other - one <= _MIDDLE + 1
    counts = {each.quantity.dimension for index in (one, other) if (each := tokens[index].figure)}
    if counts == {COUNT}:
        return False  # "64 GPUs, 2x more than the 32 layers"
    against = tokens[max(one + 1, other - 5) : other]
    named = any(token.stem in _GOAL for token in (*against, *tokens[other + 1 : other + 3]))
    compared = any(token.stem in _THAN for token in against)
    return named or (compared and (one < at < other or at > other))


def _is_move(tokens: Sequence[Token], one: int, other: int) -> bool:
    """Whether the first figure is what the second comes from: "from 40 GB to 10 GB", "40 GB → 10 GB"."""
    between = tokens[one + 1 : other]
    moved = one > 0 and tokens[one - 1].stem == "from" and any(token.stem == "to" for token in between)
    signs = "".join(token.sign or " " for token in between)
    return moved or any(sign in signs for sign in _DRAWN)


def may_be_rounded(stated: Quantity, old: Quantity, new: Quantity, way: str) -> bool:
    """Whether the change lies within what the two figures may have been before they were rounded."""

    def ends(quantity: Quantity) -> tuple[float, float]:
        slack = quantity.step / 2 + (APPROXIMATE * quantity.value if quantity.approximate else 0.0)
        return quantity.value - slack, quantity.value + slack

    if COUNT in (old.dimension, new.dimension) and old.dimension != new.dimension:
        return False
    (low, high), (least, most) = ends(old), ends(new)
    if low <= 0 or least <= 0:
        return True
    spans = ((least / high, most / low), (low / most, high / least))
    rises = [] if way == "fall" else [(a - 1, b - 1) for a, b in spans]
    falls = [] if way == "rise" else [(1 - b, 1 - a) for a, b in spans]
    senses = [*rises, *falls] if stated.unit == PERCENT else spans
    return any(a - 1e-9 <= stated.value <= b + 1e-9 for a, b in senses)
