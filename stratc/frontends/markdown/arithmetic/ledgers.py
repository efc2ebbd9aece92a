"""Accounts in fenced blocks: lines that end in a figure each, and their total below: "total = 42 GB"."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from stratc.arith.term import Apply, Term
from stratc.arith.unit import BYTE, COUNT, PARAMETER, SECOND
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.words.vocabulary import words
from stratc.frontends.markdown.workings.working import literal_of
from stratc.ir.scope import Role
from stratc.ir.statement import Relation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_TOTAL = words("total sum 合计 总计")
_PLAIN = ("", "text", "txt", "plain")
_LOOSE = words(
    "per each of which thereof max min peak available capacity limit free left headroom budget overlap hidden"
)
_FEWEST, _MOST = 2, 10  # lines that are added
_MANY = 1e6  # of a count that is one of parameters
_ROLES = (Role.PLAN, Role.TARGET)
_RULES = frozenset("-=_─━.·")
_OPENING = frozenset("(（[")
_FOLLOWS = frozenset("→⇒>")  # what a total comes to in another unit; the last is that of "->"


class _Line(NamedTuple):
    """A line of a block: its label, and the figure that it ends in or None where that is not single and exact."""

    sentence: Sentence
    label: tuple[str, ...]
    figure: Figure | None
    loose: bool


def ledgers(said: Iterable[Sentence], text: str) -> Iterator[Statement]:
    """Statements "sum.total" of totals in fenced blocks, the figures above added up as their working.

    Silent where a line above is not understood, or where the total is the sum of only some of the lines.
    """
    group, above = -1, list[_Line]()
    for sentence in said:
        if sentence.block.kind is not Kind.CODE or sentence.block.language not in _PLAIN or not sentence.has_digit:
            continue
        if sentence.block.group != group:
            group, above = sentence.block.group, []
        line = _line(sentence)
        ruled = bool(above) and _is_rule(text[above[-1].sentence.end : sentence.start])
        if ruled or (line.label[:1] and line.label[0] in _TOTAL):
            yield from _of(above, line, all_added=ruled)
            above = []
        elif not line.label and above:  # goes on with the line before
            above[-1] = line._replace(label=above[-1].label)
        else:
            above.append(line)


def _line(sentence: Sentence) -> _Line:
    """The words before the first figure, and the figure after the last "=" or else the only one before a bracket."""
    tokens = sentence.tokens
    equal = max((n for n, token in enumerate(tokens) if token.sign == "="), default=-1)
    ends = (n for n in range(equal + 1, len(tokens)) if tokens[n].sign in _OPENING | _FOLLOWS)
    end = next(ends, len(tokens))
    figures = [at for at in range(equal + 1, end) if tokens[at].figure is not None]
    figure = tokens[figures[0]].figure if len(figures) == 1 else None
    exact = figure is not None and not (figure.quantity.is_range or figure.times or figure.more)
    told = exact and relation_before(tokens, figures[0]) is Relation.IS and sentence.scope.role in _ROLES
    first = next(n for n, token in enumerate((*tokens, None)) if token is None or token.figure is not None)
    label = tuple(token.stem for token in tokens[:first] if token.stem)
    after = {token.stem for token in tokens[figures[0] : end]} if figures else set()
    return _Line(sentence, label, figure if told else None, bool((set(label) | after) & _LOOSE))


def _is_rule(text: str) -> bool:
    """Whether a line is one that is drawn below what is added up."""
    marks = text.strip()
    return len(marks) >= _FEWEST and set(marks) <= _RULES


def _of(above: list[_Line], total: _Line, *, all_added: bool = False) -> Iterator[Statement]:
    if total.figure is None or total.loose or not all(_is_used(each, above[n + 1 :]) for n, each in enumerate(above)):
        return
    kind, stated = _kind(total.figure), total.figure.quantity
    parts = [(each.sentence, each.figure) for each in above if each.figure and not each.loose]
    if not kind or not _FEWEST <= len(parts) <= _MOST or any(_kind(figure) != kind for _, figure in parts):
        return
    values = [figure.value for _, figure in parts]
    some = (sum(each) for count in range(1, len(values)) for each in combinations(values, count))
    if not all_added and any(stated.agrees(each, 0.02) for each in some):
        return
    terms: list[Term] = [literal_of(sentence, figure) for sentence, figure in parts]
    place = (total.figure.start, total.figure.end)
    said = say(total.sentence, "sum.total", stated.value, place, figure=total.figure)
    yield replace(said, working=reduce(lambda left, right: Apply("+", left, right), terms))


def _is_used(line: _Line, after: list[_Line]) -> bool:
    """Whether a line is understood, and one that is counted for a part goes into a line below."""
    if line.figure is None or not line.loose:
        return line.figure is not None
    value = line.figure.value
    return any(token.figure and token.figure.value == value for each in after for token in each.sentence.tokens)


def _kind(figure: Figure) -> str:
    """What is added up: bytes, seconds or parameters, which a large bare count is too; "" for anything else."""
    dimension = figure.quantity.dimension
    if dimension == COUNT and figure.quantity.unit.scale >= _MANY:
        return "parameters"
    return {BYTE: "bytes", SECOND: "seconds", PARAMETER: "parameters"}.get(dimension, "")
