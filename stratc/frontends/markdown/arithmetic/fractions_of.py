"""Fractions of an amount, and what they come to: "268 MB, of which 7/8 stays inside the node, 234.5 MB"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.term import Apply
from stratc.arith.unit import BYTE, FLOP, PARAMETER, TOKEN
from stratc.frontends.markdown.document.saying import is_exact, say
from stratc.frontends.markdown.words.vocabulary import words
from stratc.frontends.markdown.workings.working import literal_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_AMOUNTS = (BYTE, FLOP, PARAMETER, TOKEN)
_LOOSE = words("leave leaving rest remaining remain left other if per each instead than plus and saved save twice both")
_LEADS = frozenset(",:=≈(→~")
_OPERATORS = frozenset("×*/÷+−-^")
_FAR = 10  # tokens between the three


def fractions_of(sentence: Sentence) -> Iterator[Statement]:
    """Statements "implied": the amount that a fraction is, its working the whole × the fraction."""
    if sentence.dimensions.isdisjoint(_AMOUNTS) or "/" not in sentence.text:
        return
    tokens = sentence.tokens
    amounts = [(at, figure) for at, figure in sentence.figures if figure.quantity.dimension in _AMOUNTS]
    for at in range(len(tokens) - 2):
        if not _is_fraction(tokens, at):
            continue
        before = [each for each in amounts if at - _FAR <= each[0] < at][-1:]
        after = [each for each in amounts if at + 2 < each[0] <= at + 2 + _FAR]
        if tokens[at + 3].stem == "of" and len(after) > 1 and _ties(tokens[at + 3 : after[0][0]]):
            whole, part = after[:2]
        elif before and after:
            whole, part = before[0], after[0]
        else:
            continue
        yield from _part(sentence, whole, at, part)


def _part(sentence: Sentence, whole: tuple[int, Figure], at: int, part: tuple[int, Figure]) -> Iterator[Statement]:
    tokens, (place, figure) = sentence.tokens, part
    between = tokens[min(whole[0], at) + 1 : place]
    others = sum(token.figure is not None for token in between)
    exact = whole[1].quantity.dimension == figure.quantity.dimension and is_exact(tokens, place)
    leads = any(token.sign in _LEADS and token.sign for token in tokens[max(place - 3, at + 3) : place])
    if (
        not (exact and leads)
        or others > 3
        or any(token.stem in _LOOSE or token.sign in (";", "+") for token in between)
    ):
        return
    above, below = (tokens[n].figure for n in (at, at + 2))
    if above is not None and below is not None:
        fraction = Apply("÷", literal_of(sentence, above), literal_of(sentence, below))
        said = say(sentence, "implied", figure.value, (figure.start, figure.end), figure=figure)
        yield replace(said, working=Apply("×", literal_of(sentence, whole[1]), fraction))


def _is_fraction(tokens: Sequence[Token], at: int) -> bool:
    """Whether a true fraction stands at an index by itself: "7/8", no date and no term of a longer working."""
    above, stroke, below = tokens[at : at + 3]
    if stroke.sign != "/" or above.figure is None or below.figure is None or above.end != stroke.start:
        return False
    counts = above.figure.is_count and below.figure.is_count and 0 < above.figure.value < below.figure.value
    near = [tokens[n].sign for n in (at - 1, at + 3) if 0 <= n < len(tokens)]
    return counts and not any(sign in _OPERATORS for sign in near if sign) and at + 3 < len(tokens)


def _ties(between: Sequence[Token]) -> bool:
    """Whether only small words stand between "7/8" and its whole: "7/8 of the 268 MB"."""
    return all(token.stem in ("of", "the", "all", "these", "those", "its") for token in between)
