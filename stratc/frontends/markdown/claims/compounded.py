"""Gains that come one after another, and the one said of all: "TP: 2×", "Overlap: 1.5×", "Overall speed-up: 3×"."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING, NamedTuple

from stratc.arith.term import Apply, Literal
from stratc.arith.unit import PERCENT
from stratc.frontends.markdown.claims.gains import OBJECTS
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.document.tokens import stem
from stratc.frontends.markdown.words.metrics import LESS, MORE
from stratc.frontends.markdown.words.vocabulary import words
from stratc.frontends.markdown.workings.working import literal_of
from stratc.ir.statement import Relation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stratc.arith.term import Term
    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_TOTAL = words(
    "overall combined total cumulative together compound compounded altogether 总 总体 综合 累计 合计 总加速比"
)
_LESS, _MORE = (
    frozenset(map(stem, (*LESS, "fall", "fell", "drops", "dropped", "shrinks", "shrank", "cutting", "down"))),
    frozenset(map(stem, (*MORE, "speed", "rose", "rises", "grew"))),
)
_GAIN = _LESS | _MORE | words("baseline throughput 加速 加速比 总加速比 提升 降低 减少")
_PARTS = words(
    "computation compute communication attention mlp ffn layer forward backward prefill decode time idle bubble step "
    "embedding sampling loading weight optimizer gradient activation cache kv 计算 通信"
)
_LOOSE = words(  # words after which gains need not multiply, or the last figure is none of all gains
    "average mean geometric geomean median after due diminishing amdahl conservative overlapping "
    "realistic realistically measured capped limited saturate assuming vs versus than compared or alternative "
    "alternatively independent additive point peak theoretical if either best worst case config configuration "
    "benchmark dataset workload 平均"
)
_MINUS, _STOPS = frozenset(("-", "−", "–", "↓")), frozenset((",", ";", "。", "#"))
_VIA = words("through via by from using with thank because since for")
_FEWEST, _MOST = 2, 8  # gains before the one of all
_PART_NAMES = frozenset(("computation", "communication", "bubble"))
_WHOLE_NAMES = frozenset(("latency", "throughput"))


class _Gain(NamedTuple):
    """A figure that says how much is gained, and the words it stands with."""

    sentence: Sentence
    figure: Figure
    sign: str  # before it
    near: frozenset[str]
    names: frozenset[str]  # what gains, as CHANGED calls it

    @property
    def is_total(self) -> bool:
        """Whether it is said of all gains together."""
        return bool(self.near & _TOTAL)

    @property
    def falls(self) -> bool | None:
        """Whether a percentage is one less, None where nothing says so or otherwise."""
        less, more = bool(self.near & _LESS) or self.sign in _MINUS, bool(self.near & _MORE) or self.sign == "+"
        if more and not less and "latency" in self.names:
            return True  # an "improvement" of a time
        return less if less != more else None


def compounded(said: Iterable[Sentence]) -> Iterator[Statement]:
    """Statements "gain.steps" and "gain.parts": the gain of all, its working the others one after another.

    Gains of parts ("computation", "communication") bound that of all; steps towards one end multiply.  `cause` names
    what gains.
    """
    runs: dict[object, list[_Gain]] = {}
    last: tuple[tuple[str, ...], list[_Gain]] = ((), [])
    for sentence in said:
        if not sentence.has_digit or sentence.block.kind in (Kind.HEADING, Kind.CODE):
            continue
        found = list(_gains(sentence))
        if not found:
            continue
        path, closes = sentence.scope.path, len(found) == 1 and found[0].is_total
        if sentence.block.kind is Kind.PARAGRAPH and closes and last[0] == path:
            last[1].extend(found)
            continue
        run = runs.setdefault(_run(sentence), [])
        run.extend(found)
        if sentence.block.kind is not Kind.PARAGRAPH:
            last = (path, run)
    for run in runs.values():
        yield from _of_run(run)


def _run(sentence: Sentence) -> object:
    """What the gains of one list, column or paragraph share."""
    block = sentence.block
    if block.kind is Kind.CELL:
        return block.group, block.header
    return (sentence.scope.path, sentence.lead, block.depth) if block.kind is Kind.ITEM else block.start


def _gains(sentence: Sentence) -> Iterator[_Gain]:
    """The exact factors of a sentence, or else its percentages; of a cell or an item there may be one."""
    tokens = sentence.tokens
    every = [(at, token.figure) for at, token in enumerate(tokens) if token.figure is not None]
    found = [each for each in every if each[1].times] or [each for each in every if each[1].quantity.unit == PERCENT]
    whole = sentence.block.kind is not Kind.PARAGRAPH
    if not found or (whole and len(found) > 1):
        return
    start = 0
    for at, figure in found:
        end = _end(tokens, at, _VIA if whole else _VIA | _STOPS)
        joins = (n for n in range(at - 1, start, -1) if tokens[n].sign in _STOPS or tokens[n].stem in ("and", "then"))
        start = next(joins, start) if start else 0
        words_near = (*sentence.key, *sentence.header, *tokens[start:end])
        start = at + 1
        exact = not figure.quantity.is_range and relation_before(tokens, at) is Relation.IS and not figure.more
        if exact:
            near = frozenset(token.stem for token in words_near if token.stem)
            names = frozenset(name for name, _, _ in OBJECTS.inside(words_near) if name)
            yield _Gain(sentence, figure, tokens[at - 1].sign if at else "", near, names - {"devices"})


def _end(tokens: Sequence[Token], at: int, stops: frozenset[str]) -> int:
    """The index after the words that follow a figure and say what it is, not whence it comes."""
    after = range(at + 1, len(tokens))
    return next((n for n in after if (tokens[n].sign or tokens[n].stem or "#") in stops), len(tokens))


def _of_run(run: list[_Gain]) -> Iterator[Statement]:
    totals = [each for each in run if each.is_total]
    parts = [each for each in run if not each.is_total]
    if len(totals) != 1 or not _FEWEST <= len(parts) <= _MOST or any(each.near & _LOOSE for each in run):
        return
    (total,) = totals
    names, own = frozenset(total.names), frozenset().union(*(each.names for each in parts))
    term = _term(run, parts)
    if term is None or len({each.figure.times for each in run}) > 1:
        return
    if own <= _PART_NAMES and own and names <= _WHOLE_NAMES:
        metric = "gain.parts"
    elif len(names | own) > 1:
        return
    else:
        kinds = [each.near & _PARTS for each in parts if each.near & _PARTS]
        metric = "gain.parts" if len(set(kinds)) > 1 or any(map(_has_figure, parts)) else "gain.steps"
    figure = total.figure
    said = say(total.sentence, metric, figure.value, (figure.start, figure.end), figure=figure)
    yield replace(said, working=term, cause=next(iter(names | own), ""))


def _has_figure(gain: _Gain) -> bool:
    """Whether its label counts something: rows for several sizes are no steps."""
    return any(token.figure is not None for token in gain.sentence.key)


def _term(run: list[_Gain], parts: list[_Gain]) -> Term | None:
    """The gains one after another; None where it is not said what they are."""
    above = {token.stem for each in run[:1] for title in each.sentence.above[:1] for token in title.tokens}
    gains: list[Term] = [literal_of(each.sentence, each.figure) for each in parts]
    one: Term = Literal(1.0)
    if run[0].figure.times:
        told = (bool(each.near & _GAIN) for each in run)
        said = above & _GAIN or (any(told) if run[0].sentence.block.kind is Kind.PARAGRAPH else all(told))
        return reduce(lambda left, right: Apply("×", left, right), gains[1:], gains[0]) if said else None
    senses = {each.falls for each in run} - {None} or ({True} if above & _LESS else {False} if above & _MORE else set())
    if len(senses) != 1 or any(each.value >= 1 for each in gains):
        return None
    sign = "-" if True in senses else "+"
    sides: list[Term] = [Apply(sign, one, each) for each in gains]
    kept = reduce(lambda left, right: Apply("×", left, right), sides)
    return Apply("-", one, kept) if sign == "-" else Apply("-", kept, one)
