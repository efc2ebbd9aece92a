"""Figures declared to be enough, by the words of their labels: "Balance > 95 %" and later "Balance: 93 % ✅"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.unit import COUNT, PARAMETER, PERCENT
from stratc.frontends.markdown.claims.verdicts import judged
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import Role
from stratc.ir.statement import Goal, Relation
from stratc.text.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_PLAIN = words("the a of for target requirement efficiency rate total overall achieved actual expected estimated value")
_FAMILY = {"balancing": "balance", "balanced": "balance", "utilization": "utilisation"}


def kept(said: Sequence[Sentence], statements: Sequence[Statement]) -> Iterator[Statement]:
    """Mentions "requirement_met" of what rows or headings call met, and statements "labelled.figure" with their bound.

    The latter only of figures that no reader knows: the label of each is the one of the only bound of its words.
    """
    taken = {each.span.start for each in statements if not each.subject.startswith("mention.")}
    ticked = {each.span.start for each in statements if each.subject == "mention.requirement_met"}
    rows, sections = judged(said), _sections_met(said, statements)
    if not ticked and not rows and not sections:
        return
    bounds: dict[frozenset[str], dict[tuple[Relation, float], tuple[Relation, Figure, Span]]] = {}
    met: list[tuple[frozenset[str], Sentence, Figure]] = []
    for sentence in said:
        for at, figure, relation in _figures(sentence):
            place = Span(sentence.source, figure.start, figure.end)
            if relation is not Relation.IS:
                bounds.setdefault(_label(sentence, at), {})[relation, figure.value] = (relation, figure, place)
                continue
            first = at == len(sentence.tokens) - len(sentence.value)
            declared = (
                figure.start in ticked or _is_judged(sentence, rows) or (first and sentence.scope.path in sections)
            )
            if sentence.scope.role is Role.PLAN and declared:
                met.append((_label(sentence, at), sentence, figure))
                if figure.start not in ticked and first:
                    yield say(sentence, "mention.requirement_met", "met", (figure.start, figure.end))
    for label, sentence, figure in met:
        found = [*bounds.get(label, {}).values()] if label else []
        if len(found) == 1 and figure.start not in taken and _are_alike(found[0][1], figure):
            relation, bound, place = found[0]
            claim = say(sentence, "labelled.figure", figure.value, (figure.start, figure.end), figure=figure)
            yield replace(claim, goal=Goal(relation, bound.quantity, place, ticked=True))


def _sections_met(said: Iterable[Sentence], statements: Iterable[Statement]) -> set[tuple[str, ...]]:
    """The headings that say all requirements to be met, each with those above it."""
    met = {each.context.start for each in statements if each.subject == "mention.requirements_met"}
    return {each.scope.path for each in said if met and each.block.kind is Kind.HEADING and each.start in met}


def _figures(sentence: Sentence) -> Iterator[tuple[int, Figure, Relation]]:
    """The exact shares, times, sizes and rates of a line, and how each is bound; counts of cells alone."""
    if sentence.block.kind not in (Kind.ITEM, Kind.CELL, Kind.PARAGRAPH):
        return
    for at in range(len(sentence.tokens) - len(sentence.value), len(sentence.tokens)):
        figure = sentence.tokens[at].figure
        if figure is None or figure.quantity.is_range or figure.times or figure.quantity.dimension == PARAMETER:
            continue
        if not _is_counted(figure) or sentence.block.kind is Kind.CELL:
            yield at, figure, relation_before(sentence.tokens, at)


def _is_judged(sentence: Sentence, rows: frozenset[tuple[int, ...]]) -> bool:
    return sentence.block.kind is Kind.CELL and (sentence.block.group, *sentence.block.label) in rows


def _is_counted(figure: Figure) -> bool:
    return figure.quantity.dimension == COUNT and figure.quantity.unit != PERCENT


def _are_alike(bound: Figure, figure: Figure) -> bool:
    """Whether two figures are in one unit, or both are numbers of what the label of their row names."""
    return bound.quantity.unit == figure.quantity.unit or (_is_counted(bound) and _is_counted(figure))


def _label(sentence: Sentence, at: int) -> frozenset[str]:
    """The words of a label in one form, or those before the figure where there is none; of a count, and its row."""
    figure, block = sentence.tokens[at].figure, sentence.block
    row = {str((block.group, block.label))} if figure is not None and _is_counted(figure) else set()
    label = sentence.key or sentence.tokens[:at]
    return frozenset(_FAMILY.get(token.stem, token.stem) for token in label if token.stem) - _PLAIN | row
