"""One figure in two units: "48,000 tokens/s (48 tokens/ms)", "2.5 GB/s = 2,500 MB/s"."""

from __future__ import annotations

from itertools import pairwise
from math import floor, log10
from typing import TYPE_CHECKING

from stratc.arith.unit import COUNT, PERCENT, SECOND
from stratc.frontends.markdown.arithmetic.portions import OPERATORS
from stratc.frontends.markdown.words.vocabulary import words
from stratc.frontends.markdown.workings.working import Working, literal_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.arith.quantity import Quantity
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token

_MEANS = words("i.e ie i e or that is equal equivalent")
_COUNTED = words("per each gpu node server link port direction")
_EQUAL = frozenset("=≈≡(")
_FACTORS = words("x per of")
_COUNTS = words("two four eight sixteen several all both many")
_NEAR = 4  # tokens before "of" among which what it ties to is counted
_HOUR, _ROUGH = 3600.0, 0.04  # seconds; what roundings on the way leave between two times
_MANY = 2  # digits that are no coincidence


def conversions(sentence: Sentence) -> Iterator[Working]:
    """Figures that repeat the one before them in another unit and in the same digits, with that one as their working.

    Only where the two differ: a figure that is well converted needs no working, and one of other digits is another.
    """
    tokens = sentence.tokens
    figures = [at for at, token in enumerate(tokens) if token.figure is not None]
    for first, second in pairwise(figures):
        one, other = tokens[first].figure, tokens[second].figure
        if one is None or other is None or not _is_repeated(tokens, first, second):
            continue
        same = _are_same_digits(one.quantity, other.quantity) or _are_times_apart(one.quantity, other.quantity)
        if one.per is other.per and same:
            yield Working(other, second, literal_of(sentence, one))


def _is_repeated(tokens: Sequence[Token], first: int, second: int) -> bool:
    """Whether "=" or a bracket that holds nothing else joins two figures."""
    between = tokens[first + 1 : second]
    after = tokens[second + 1].sign if second + 1 < len(tokens) else ""
    beside = [tokens[at] for at in (first - 1, second + 1) if 0 <= at < len(tokens) and not _is_genitive(tokens, at)]
    if not between or any((token.sign in OPERATORS and token.sign) or token.stem in _FACTORS for token in beside):
        return False
    signs = [token.sign for token in between if token.sign and token.sign not in "~≈."]
    told = all(token.stem in _MEANS | _COUNTED for token in between if token.stem)
    if not told or not set(signs) <= _EQUAL | {","}:
        return False
    if between[0].sign == "(":
        return after == ")"
    return "=" in signs or any(token.stem in _MEANS for token in between)


def _is_genitive(tokens: Sequence[Token], at: int) -> bool:
    """Whether "of" ties a figure to one thing before it, and counts none: "the link of 100 Gbps = …"."""
    before = tokens[max(0, at - _NEAR) : at]
    if tokens[at].stem != "of" or not before or any(token.figure or token.stem in _COUNTS for token in before):
        return False
    noun = before[-1]
    return bool(noun.stem) and noun.end - noun.start == len(noun.stem)


def _are_same_digits(one: Quantity, other: Quantity) -> bool:
    """Whether two figures of a kind have one row of digits, at least two, and are not the same."""
    if one.dimension != other.dimension or one.dimension == COUNT or PERCENT in (one.unit, other.unit):
        return False
    if one.is_range or other.is_range or one.unit == other.unit or min(one.value, other.value) <= 0:
        return False
    if one.agrees(other.value) or other.agrees(one.value):
        return False
    ratio = _mantissa(one) / _mantissa(other)
    least = min(one.digits, other.digits)
    return max(one.digits, other.digits) >= _MANY and abs(ratio - 1) < 0.5 * 10.0 ** (1 - max(least, _MANY))


def _are_times_apart(one: Quantity, other: Quantity) -> bool:
    """Whether seconds and the hours or days that they are said to be differ: "3.8M s = 54 days"."""
    if not one.dimension == other.dimension == SECOND or one.is_range or other.is_range:
        return False
    scales = sorted((one.unit.scale, other.unit.scale))
    if scales[1] < _HOUR or scales[0] == scales[1] or min(one.value, other.value) <= 0:
        return False
    return not (one.agrees(other.value, _ROUGH) or other.agrees(one.value, _ROUGH))


def _mantissa(quantity: Quantity) -> float:
    number = quantity.value / quantity.unit.scale
    return float(number / 10.0 ** floor(log10(number) + 1e-12))
