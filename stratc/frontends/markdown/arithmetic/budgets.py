"""Lists and rows that hold a need against what there is: "Required: 96 GB", "Available: 80 GB", "Shortfall: 16 GB"."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from stratc.arith.term import Apply
from stratc.arith.unit import COUNT, PERCENT
from stratc.frontends.markdown.arithmetic.portions import ends_there, meant
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import equation, relation_before, say
from stratc.frontends.markdown.facts.bearings import counted_for
from stratc.frontends.markdown.words.vocabulary import DEVICES, words
from stratc.frontends.markdown.workings.working import literal_of
from stratc.ir.statement import Relation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stratc.arith.term import Term
    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_NEED = words("required require requirement need needed used usage consumed allocated demand occupied 需要 所需 已用")
_HAVE = words("available capacity limit budget have installed 可用 容量")
_SHARE = words("utilisation utilization share percentage percent occupancy ratio % 利用率 占比")
_GAP = words("shortfall deficit shortage excess overflow overrun 缺口")
_LEFT = words("headroom remaining free spare left unused slack 剩余")
_PLAIN = words("memory vram hbm gpu total per each peak current actual estimated count number node 显存")
_DEVICES = DEVICES | words("卡数")
_COUNTED = words("count number of total")
_LONGEST = 12  # places of a list that weighs one need against what there is


class _Place(NamedTuple):
    """A sentence of a list, or a cell of a row, with the words that name its figure and where the figures stand.

    `first` is the index of the figure that it gives first, or works out to, where that is exact and no percentage.
    """

    sentence: Sentence
    name: frozenset[str]
    figures: tuple[int, ...]
    first: int | None

    @property
    def figure(self) -> Figure | None:
        """The figure that it gives first."""
        return self.sentence.tokens[self.first].figure if self.first is not None else None

    def is_named(self, kind: frozenset[str]) -> bool:
        """Whether its label is one of these words, with none beside that narrows it."""
        return bool(self.name & kind) and self.name <= kind | _PLAIN | _SHARE

    @property
    def percentages(self) -> tuple[int, ...]:
        """The figures in per cent that say themselves what they are of no more than their label does."""
        tokens = self.sentence.tokens
        return tuple(at for at in self.figures if _is_percent(self.sentence, at) and ends_there(tokens, at))


def budgets(said: Iterable[Sentence], statements: Sequence[Statement]) -> list[Statement]:
    """The statements with the workings that such lists and rows give to a share, a shortfall or what is left."""
    lists = tuple(_lists(said))
    found = {equation.span.start: equation for places in lists for equation in _weighed(places)}
    taken = {each.span.start for each in statements}
    result = [each for places in lists for each in _devices(places) if each.span.start not in taken]
    for each in statements:
        ours = found.get(each.span.start) if each.quantity is not None else None
        if ours is not None:
            found.pop(each.span.start)
        result.append(replace(each, working=ours.working) if ours and each.working is None else each)
    return [*result, *found.values()]


def _lists(said: Iterable[Sentence]) -> Iterator[list[_Place]]:
    labelled = (each for each in said if each.has_digit and (each.header if each.block.kind is Kind.CELL else each.key))
    for _, group in groupby(labelled, key=_together):
        places = [_place(each) for each in group]
        if 1 < len(places) <= _LONGEST:
            yield places


def _together(sentence: Sentence) -> object:
    """What the places of one list, or of one row, share."""
    block = sentence.block
    if block.kind is Kind.CELL:
        return block.group, block.label
    return block.kind, sentence.scope.path, sentence.lead


def _place(sentence: Sentence) -> _Place:
    named = sentence.header if sentence.block.kind is Kind.CELL else sentence.key
    figures = tuple(at for at, token in enumerate(sentence.tokens) if token.figure is not None)
    name = frozenset(token.stem for token in named if token.stem)
    return _Place(sentence, name, figures, _first(sentence, figures))


def _devices(places: list[_Place]) -> Iterator[Statement]:
    """The devices required and available of a row "| GPUs | 16 | 8 |" below such columns."""
    label = {token.stem for token in places[0].sentence.key if token.stem}
    if places[0].sentence.block.kind is not Kind.CELL or not label & _DEVICES or not label <= _DEVICES | _COUNTED:
        return
    subjects = {"strategy.device_count": _NEED, "hardware.device_count": _HAVE}
    for place in places:
        figure = place.figure
        subject = next((subject for subject, kind in subjects.items() if place.is_named(kind)), "")
        if subject and figure is not None and figure.is_count and figure.value == int(figure.value):
            yield say(place.sentence, subject, int(figure.value), (figure.start, figure.end), figure=figure)


def _weighed(places: list[_Place]) -> Iterator[Statement]:
    """Equations for every figure of a list that has one need and one thing to meet it with."""
    needs, haves = ([each for each in places if each.is_named(kind) and each.figure] for kind in (_NEED, _HAVE))
    if len(needs) != 1 or len(haves) != 1:
        return
    pair = (needs[0], haves[0])
    need, have = (literal_of(each.sentence, each.figure) for each in pair if each.figure is not None)
    if not need.value or not have.value or need.dimension != have.dimension or not _are_counted_alike(*pair):
        return
    both = Apply("+", need, have)  # where "available" is what is left
    for place in places:
        short = place.is_named(_GAP) and need.value > have.value
        if short or (place.is_named(_LEFT) and need.value < have.value):
            large, small = (need, have) if short else (have, need)
            gap = Apply("-", large, small)
            shares: list[Term] = [Apply("÷", gap, have)]
            shares += [Apply("÷", gap, need), Apply("÷", need, have)] if short else [Apply("÷", have, both)]
            yield from _equations(place, [gap], shares)
        elif need.dimension != COUNT and (place is needs[0] or place.is_named(_SHARE | _NEED)):
            yield from _equations(place, [], [Apply("÷", need, have), Apply("÷", need, both)])


def _equations(place: _Place, differences: list[Term], shares: list[Term]) -> Iterator[Statement]:
    """The first figure as the difference, percentages as shares."""
    sentence = place.sentence
    for at in ((place.first,) if place.first is not None and differences else ()) + place.percentages:
        figure = sentence.tokens[at].figure
        senses = shares if _is_percent(sentence, at) else differences
        if figure is None or relation_before(sentence.tokens, at) is not Relation.IS:
            continue
        if (term := meant(senses, figure.quantity)) is not None and term.dimension == figure.quantity.dimension:
            yield equation(sentence, figure, term)


def _first(sentence: Sentence, figures: Sequence[int]) -> int | None:
    """The index of the figure that a sentence gives first, or works out to, where it is exact and no percentage."""
    tokens, border = sentence.tokens, len(sentence.tokens) - len(sentence.value)
    aside = next((at for at in range(border, len(tokens)) if tokens[at].sign == "("), len(tokens))
    equals = max((at for at in range(border, aside) if tokens[at].sign == "="), default=border - 1)
    inside = [at for at in figures if equals < at < aside]
    if len(inside) != 1 or any(token.sign not in ("~", "≈") for token in tokens[equals + 1 : inside[0]]):
        return None
    figure = tokens[inside[0]].figure
    exact = figure is not None and not figure.quantity.is_range and not figure.times
    said = exact and relation_before(tokens, inside[0]) is Relation.IS
    return inside[0] if said and not _is_percent(sentence, inside[0]) else None


def _is_percent(sentence: Sentence, at: int) -> bool:
    figure = sentence.tokens[at].figure
    return figure is not None and figure.quantity.unit == PERCENT


def _are_counted_alike(need: _Place, have: _Place) -> bool:
    """Whether both are for one device, for all, or for whatever else."""
    return len({counted_for(each.sentence, each.first) for each in (need, have) if each.first is not None}) == 1
