"""Amounts and their total in one sentence: "35 GB of weights, 20 GB of cache and 5 GB of buffers, 60 GB in total"."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from itertools import combinations
from typing import TYPE_CHECKING

from stratc.arith.term import Apply, Term
from stratc.arith.unit import BYTE, PARAMETER
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.words.vocabulary import words
from stratc.frontends.markdown.workings.working import literal_of
from stratc.ir.statement import Relation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_AFTER = (("in", "total"), ("in", "all"), ("total",), ("altogether",), ("in", "sum"), ("together",))
_BEFORE = words("totalling totaling sum")
_LOOSE = words(
    "including include whereof which thereof capacity available free left limit budget headroom peak "
    "per instead than versus vs or from to saved saving reduction reserve at least most up"
)
_JOINED = frozenset(",(+")
_FEWEST = 3  # figures, the total among them
_MOST = 8


def prose_sums(sentence: Sentence) -> Iterator[Statement]:
    """Statement "sum.total" of a sentence whose last figure is the total of all figures before it.

    Silent where the total is the sum of some of them, for then the others are something else.
    """
    tokens = sentence.tokens
    figures = [(at, token.figure) for at, token in enumerate(tokens) if token.figure is not None]
    if not _FEWEST <= len(figures) <= _MOST or {token.stem for token in sentence.value} & _LOOSE:
        return
    *parts, (last, total) = figures
    kinds = {each.quantity.dimension for _, each in figures}
    if kinds not in ({BYTE}, {PARAMETER}) or not _is_total(tokens, last) or not _are_parts(tokens, parts, last):
        return
    values = [each.value for _, each in parts]
    some = (sum(each) for count in range(1, len(values)) for each in combinations(values, count))
    if any(total.quantity.agrees(each, 0.02) for each in some):
        return
    terms: list[Term] = [literal_of(sentence, each) for _, each in parts]
    said = say(sentence, "sum.total", total.value, (total.start, total.end), figure=total)
    yield replace(said, working=reduce(lambda left, right: Apply("+", left, right), terms))


def _is_total(tokens: Sequence[Token], at: int) -> bool:
    """Whether words say that a figure is the total: "60 GB in total", "for a total of 60 GB", "totalling 60 GB"."""
    after = tuple(token.stem for token in tokens[at + 1 : at + 3])
    before = [token.stem for token in tokens[max(0, at - 2) : at]]
    return any(after[: len(each)] == each for each in _AFTER) or before == ["total", "of"] or before[-1:][0] in _BEFORE


def _are_parts(tokens: Sequence[Token], parts: Sequence[tuple[int, Figure]], end: int) -> bool:
    """Whether all figures are exact, and each but the first is joined to the one before by a comma, "+" or "and"."""
    places = [at for at, _ in parts]
    for (at, figure), after in zip(parts, [*places[1:], end], strict=True):
        if figure.quantity.is_range or figure.more or relation_before(tuple(tokens), at) is not Relation.IS:
            return False
        between = tokens[at + 1 : after]
        if not any((token.sign and token.sign in _JOINED) or token.stem in ("and", "plus") for token in between):
            return False
    return True
