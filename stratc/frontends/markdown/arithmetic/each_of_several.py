"""An amount of each thing, their number and the amount of all: "605,000 tokens per replica, 1.82 M on all three".

Rates of each and of all have a reader of their own (`each_and_all`), for what a service reaches depends on its load.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from stratc.arith.term import Apply, Literal
from stratc.arith.unit import BYTE, COUNT, FLOP, TOKEN
from stratc.frontends.markdown.document.number_words import NUMBERS
from stratc.frontends.markdown.document.saying import is_exact, say
from stratc.frontends.markdown.words.vocabulary import words
from stratc.frontends.markdown.workings.working import literal_of
from stratc.ir.statement import Per

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_AMOUNTS = (BYTE, FLOP, TOKEN)
_EACH = words("each per every apiece")
_ONE = words("a an one each every")
_HAS = words("has have hold take need weigh is of")
_ALL = words("all together last latest the for")
_KEPT = words("kept keep retained")
_LOOSE = words(
    "if when would could should up most least instead versus vs than from target limit required need only layer step "
    "second other further more less extra additional plus capacity parameter element head spread"
)
_OPERATORS = frozenset("×*/÷+−^%")
_FAR = 12  # tokens between the two amounts
_NEAR = 4  # tokens between an amount and what it is of


def each_of_several(sentence: Sentence) -> Iterator[Statement]:
    """Statements "implied": the amount of all, its working the number × the amount of each."""
    if sentence.dimensions.isdisjoint(_AMOUNTS):
        return
    tokens = sentence.tokens
    figures = [(at, figure) for at, figure in sentence.figures if is_exact(tokens, at) and not _is_worked(tokens, at)]
    for one, each in figures:
        other, whole = next(((at, figure) for at, figure in figures if at > one and _is_alike(each, figure)), (0, each))
        between = tokens[one + 1 : other]
        if each.quantity.dimension not in _AMOUNTS or not between or len(between) > _FAR or whole.value <= each.value:
            continue
        number = _number(sentence, between, tokens[other + 1 : other + 1 + _NEAR])
        if number is None or not _is_of_each(tokens, one, each) or any(token.stem in _LOOSE for token in between):
            continue
        said = say(sentence, "implied", whole.value, (whole.start, whole.end), figure=whole, per=Per.TOTAL)
        alike = each.quantity.dimension == whole.quantity.dimension
        yield replace(said, working=Apply("×", number, literal_of(sentence, each) if alike else Literal(each.value)))


def _is_alike(each: Figure, whole: Figure) -> bool:
    """Whether a figure may be several times an amount: of its kind, or a large number that borrows its unit."""
    if whole.per is not Per.UNSAID or whole.times:
        return False
    borrowed = each.quantity.dimension == TOKEN and whole.quantity.dimension == COUNT and whole.value > each.value
    return borrowed or whole.quantity.dimension == each.quantity.dimension


def _is_worked(tokens: Sequence[Token], at: int) -> bool:
    """Whether a sign right beside a figure makes it part of a working."""
    return any(tokens[n].sign in _OPERATORS and tokens[n].sign for n in (at - 1, at + 1) if 0 <= n < len(tokens))


def _is_of_each(tokens: Sequence[Token], at: int, each: Figure) -> bool:
    """Whether words say that an amount is of each: "13 GB each", "1.5 M tokens on each GPU", "a save has 13 GB"."""
    after = tokens[at + 1 : at + 1 + _NEAR]
    stop = next((n for n, token in enumerate(after) if token.sign or token.figure), len(after))
    before = tokens[max(0, at - _NEAR) : at]
    has = bool(before) and before[-1].stem in _HAS
    one = has and any(first.stem in _ONE and second.stem and not second.many for first, second in pairwise(before[:-1]))
    return one or each.per is not Per.UNSAID or any(token.stem in _EACH for token in after[:stop])


def _number(sentence: Sentence, between: Sequence[Token], after: Sequence[Token]) -> Literal | None:
    """How many things the words between two amounts, or right after the second, count: "20 kept", "on all six"."""
    stop = next((n for n, token in enumerate(after) if token.sign), len(after))
    for near in (between, after[:stop]):
        for before, token in pairwise(near):
            if before.stem in _ALL and token.stem in NUMBERS:
                return Literal(float(NUMBERS[token.stem]))
            figure = token.figure if before.stem in _ALL else before.figure if token.stem in _KEPT else None
            if figure is not None and figure.is_count and not figure.quantity.is_range:
                return literal_of(sentence, figure)
    return None
