"""Figures of a training run that labels and sentences give: steps, days, checkpoints, device-hours, power, cost."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING

from stratc.arith.quantity import Quantity
from stratc.arith.unit import COUNT, PERCENT, TOKEN, Unit
from stratc.frontends.markdown.document.asides import role_before
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.document.tokens import tokens_of
from stratc.frontends.markdown.runs.run_rows import ASKED, MONEY, ROWS_OF, Row
from stratc.frontends.markdown.scoping.conditionals import of_conditions
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import Role
from stratc.ir.statement import Relation
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from stratc.arith.unit import Dimension
    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_DATA_WORDS = words("hold contain corpus dataset set unique deduplication data")  # of tokens that a run may see again
_RUN_WORDS = words("seen total budget processed")
_BRACKETS = re.compile(r"\([^()]*\)")
_SIGNS = frozenset("$€£")
_MONEY = Pattern(r"(?i)[$€£]|\b(?:usd|dollars?|eur|euros?)\b", "$|€|£|usd|dollar|eur")
_CURRENCIES = words("usd dollar eur euro")
_ENDS = frozenset(";")
_ABOUT = words("about roughly around approximately some")
_OPERATORS = frozenset("×*÷+−^·")
_EQUALS = frozenset("=≈")
_HELD_TO = words("target result goal requirement limit achieved threshold criterion")  # columns that are compared
_FARTHER = 40
_FAR = 14  # tokens on either side that tell what a figure is
_LEAST_TOKENS = 1e9  # of a bare number under a label that speaks of tokens
_SHARES = words("run.goodput share.hidden checkpoint.share")
_UNITS = {MONEY: Unit("$", 1.0, MONEY)}


def run_figures(said: Sequence[Sentence], statements: Iterable[Statement], text: str) -> Iterator[Statement]:
    """Statements of the metrics of `run_rows` that no reader made yet; amounts of money show in the source `text`."""
    told = {(each.subject, each.span.start) for each in statements}
    money = _MONEY.search(text) is not None
    around = _around(said)
    for sentence in said:
        likely = not sentence.dimensions.isdisjoint(ROWS_OF) and sentence.scope.role is not Role.TARGET
        apart = sentence.block.language or sentence.block.due  # as a step that is still to be tried
        if not likely or apart or any(token.stem in _HELD_TO for token in sentence.header):
            continue
        found: list[Statement] = []
        for at, figure in sentence.figures:
            kind = MONEY if money and _is_money(sentence.tokens, at, text) else figure.quantity.dimension
            found.extend(_of_figure(sentence, at, figure, kind, around.get(_group(sentence), frozenset())))
        new = (each for each in found if (each.subject, each.span.start) not in told)
        yield from of_conditions(sentence, new)


def _group(sentence: Sentence) -> Hashable:
    """The paragraph, the list or the table that a sentence stands in."""
    match sentence.block.kind:
        case Kind.CELL:
            return sentence.block.group
        case Kind.ITEM:
            return (sentence.scope.path, sentence.lead)
    return (sentence.block.start,)


def _around(said: Iterable[Sentence]) -> dict[Hashable, set[str]]:
    """Of every paragraph, list and table the words that a row asks for."""
    found: dict[Hashable, set[str]] = {}
    for sentence in said:
        if asked := (sentence.stems | sentence.key_stems) & ASKED:
            found.setdefault(_group(sentence), set()).update(asked)
    return found


def _of_figure(
    sentence: Sentence, at: int, figure: Figure, kind: Dimension, around: AbstractSet[str]
) -> Iterator[Statement]:
    rows = [row for row in ROWS_OF.get(kind, ()) if row.least <= figure.value <= row.most]
    if not rows or figure.more or figure.times or _is_operand(sentence.tokens, at):
        return
    before, after = _before(sentence, at), _after(sentence.tokens, at)
    label = "" if _is_in_label(sentence, at) else _label(sentence) or _heading(sentence, at)
    line = f"{label}| {before} # {after} "
    whole = f"{label}| {_line(sentence.tokens[max(0, at - _FARTHER) : at])} # {after} "
    told: set[str] = set()
    for row in rows:
        fits = row.metric not in told and _is_kind(row, figure, label) and row.said.search(whole if row.far else line)
        if fits and _allows(row, sentence, line, f"{label} {before}", around):
            told.add(row.metric)
            yield _said(sentence, row, at, figure, kind, line)


def _label(sentence: Sentence) -> str:
    """The words of the label, and of the heading of a column behind it."""
    head = _line(sentence.key)
    column = _line(sentence.header)
    return f"{head} ~ {column}" if head and column else head or column


def _heading(sentence: Sentence, at: int) -> str:
    """The heading above an item that begins with its figure: "21 days, at 43 % of the peak" below "Duration"."""
    opens = at == 0 or (at == 1 and bool(sentence.tokens[0].sign or sentence.tokens[0].stem in _ABOUT))
    return _line(sentence.above[0].tokens) if opens and sentence.above else ""


def _line(tokens: Sequence[Token]) -> str:
    return " ".join("@" if token.figure else token.stem or token.sign for token in tokens)


def _before(sentence: Sentence, at: int) -> str:
    """The words of the clause before a figure, back to another one."""
    start = 0 if _is_in_label(sentence, at) else len(sentence.tokens) - len(sentence.value)
    found: list[str] = []
    for token in reversed(sentence.tokens[max(start, at - _FAR) : at]):
        if token.figure is not None or token.sign in _ENDS:
            break
        found.append(token.stem or token.sign)
    return " ".join(reversed(found))


def _after(tokens: Sequence[Token], at: int) -> str:
    """The words after a figure, up to another one; its unit is what it counts."""
    found = []
    figure = tokens[at].figure
    if figure is not None and figure.quantity.dimension == TOKEN:
        found.append("token")
    for token in tokens[at + 1 : at + 1 + _FAR]:
        if token.figure is not None or token.sign in _ENDS:
            break
        found.append(token.stem or token.sign)
    return " ".join(found)


def _is_money(tokens: Sequence[Token], at: int, text: str) -> bool:
    """Whether a currency stands beside a number."""
    signed = text[max(0, tokens[at].start - 2) : tokens[at].start].strip()[-1:] in _SIGNS
    return signed or any(token.stem in _CURRENCIES for token in tokens[at + 1 : at + 2])


def _is_in_label(sentence: Sentence, at: int) -> bool:
    """Whether a figure stands in the label itself: "Optimal at 20 tokens per parameter: 140B tokens"."""
    return at < len(sentence.tokens) - len(sentence.value)


def _is_operand(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether a figure goes into a working, or is bounded: "2 × 168M / (64 × 4096) = 1,282" gives the last one."""
    beside = (*tokens[max(0, at - 1) : at], *tokens[at + 1 : at + 2])
    if any(token.sign in _OPERATORS for token in beside if token.sign):
        return True
    if relation_before(tokens, at) is not Relation.IS:
        return True
    after = tuple(takewhile(lambda token: token.sign not in (",", ";"), tokens[at + 1 :]))
    equals = any(token.sign in _EQUALS for token in after)
    return equals and not (
        tokens[max(0, at - 1)].stem == "every" and _OPERATORS.isdisjoint(each.sign for each in after)
    )


def _is_kind(row: Row, figure: Figure, label: str) -> bool:
    """Whether a bare number may be what a row has a unit for, and a percentage a share."""
    unit = figure.quantity.unit
    if (unit.symbol == PERCENT.symbol) != (row.metric in _SHARES):
        return False
    if row.metric == "run.tokens" and unit.dimension == COUNT:
        return unit.scale >= _LEAST_TOKENS and ("token" in label or not label)
    return row.metric != "run.steps" or unit.scale <= 1e6


def _allows(row: Row, sentence: Sentence, line: str, early: str, around: AbstractSet[str]) -> bool:
    """Whether nothing speaks against what a row has found in a line."""
    near, _, after = line.rpartition(" # ")
    label, _, before = near.partition("| ")
    stems = {
        *label.split(),
        *_BRACKETS.sub("", before).rpartition(" , ")[2].split(),
        *f" {after}".partition(" , ")[0].split(),
    }
    if not row.nowhere.isdisjoint(sentence.stems) or not row.never.isdisjoint(stems):
        return False
    told = row.early.isdisjoint(early.split())
    return told and (not row.about or any(map(row.about.intersection, (stems, around, words_above(sentence)))))


@lru_cache(maxsize=256)
def _stems(title: str) -> frozenset[str]:
    return frozenset(token.stem for token in tokens_of(title, 0))


def words_above(sentence: Sentence) -> set[str]:
    """The words of a sentence and of the headings and labels above it."""
    return {stem for title in (*sentence.scope.path, *sentence.lead) for stem in _stems(title)} | set(sentence.stems)


def _said(sentence: Sentence, row: Row, at: int, figure: Figure, kind: Dimension, line: str) -> Statement:
    tokens = sentence.tokens
    place = (tokens[at].start, tokens[at].end)
    said = say(sentence, row.metric, figure.value, place, figure=figure, role=role_before(tokens, at))
    if row.metric == "run.tokens" and not _DATA_WORDS.isdisjoint(set(line.split()) - _RUN_WORDS):
        said = replace(said, cause="data")
    if kind in _UNITS:
        quantity = figure.quantity
        unit = Unit(f"{quantity.unit.symbol} $".strip(), quantity.unit.scale, MONEY)
        return replace(said, quantity=Quantity(quantity.low, quantity.high, unit, quantity.approximate, quantity.step))
    return said
