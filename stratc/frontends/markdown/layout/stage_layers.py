"""The layers of all pipeline stages together: a row a stage, "seven stages with 8 layers and the last one with 5"."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING, NamedTuple

from stratc.arith.quantity import Quantity
from stratc.arith.term import Apply, Literal
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.number_words import NUMBER_WORD, number
from stratc.frontends.markdown.document.saying import said_at
from stratc.frontends.markdown.document.settings import is_code
from stratc.ir.scope import Role
from stratc.text.pattern import Pattern
from stratc.text.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stratc.arith.term import Term
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

METRIC = "stages.layers"
_NUMBER = rf"\d{{1,3}}|{NUMBER_WORD}"
_STAGE = Pattern(
    r"(?i)\W{0,4}(?:(?:pipeline|pp)[ _-]?)?stages?[ _]?#?(?P<first>\d{1,3})(?:\s?(?:[-–—]|to|and|"
    r",)\s?(?P<last>\d{1,3}))?\b"
    r"(?!\s*(?:stages|→|->))",
    "stage",
)
_HELD = Pattern(
    r"(?i)(?<![\d.×*/] )(?<![\d.–-])\b(?P<n>\d{1,3}) (?:(?:transformer|decoder|dense|moe|"
    r"hidden) )?layers?\b(?! ?[×*/–-])",
    " layer",
)
_NUMBERED = Pattern(
    r"(?i)\W*(?:(?:pp|pipeline)?[ _-]?stage[ _#-]?)?(?P<first>\d{1,3})(?:\s?[-–—]\s?(?P<last>\d{1,3}))?\W*"
)
_COUNT = Pattern(r"\W*(?P<n>\d{1,3})(?: layers?)?(?: each)?\W*")
_LAYER_COLUMN = frozenset(("layer", "number", "of", "count", "decoder", "transformer", "per", "stage"))
_FEWEST = 2  # groups of stages that differ
_TAKES = r"(?:has|have|having|gets?|holds?|takes?|carr(?:y|ies)|runs?|owns?|keeps?|with|of|at|on)"
_GROUP = Pattern(
    r"(?i)(?:\b(?:the )?(?P<both>first and (?:the )?last|last and (?:the )?first)(?: (?:pipeline )?stages?| ones?)?"
    r"|\b(?:the )?(?P<one>first|last|final)(?: (?:pipeline )?(?:stage|one))?"
    rf"|(?<![\w.,-])(?P<several>{_NUMBER}) (?:(?:other|inner|middle|remaining|more|pipeline|"
    rf"full) ){{0,2}}(?:stages|ones|others|in the middle|in between|between)"
    r"(?: (?:in (?:the middle|between)|between)(?: them)?| them)?"
    r"|\b(?P<rest>(?:all )?(?:the )?(?:others|rest|remaining (?:ones|stages)|middle (?:ones|stages)|"
    r"inner (?:ones|stages)|"
    r"other (?:ones|stages)|stages (?:in )?between(?: them)?|ones (?:in )?between(?: them)?)))"
    rf"\W{{1,3}}(?:{_TAKES} )?(?:only |just |exactly )?(?P<k>{_NUMBER})\b(?! (?:stages|GPUs|%|ranks|micro|MoE|dense))",
    "first|last|final|stages|ones|others|middle|between|rest",
)
_LISTED = Pattern(
    r"(?i)\bstages (?:with|of|hold(?:ing)?|get|have|having|take|run|carry) "
    r"(?P<list>\d{1,3}(?:, \d{1,3})+,? and \d{1,3}|\d{1,3}(?:[/+]\d{1,3}){2,}) (?:(?:decoder|transformer) )?layers",
    "stages",
    "with|of|hold|get|have|having|take|run|carry",
    "layers",
)


class _Part(NamedTuple):
    """Stages that have so many layers each."""

    stages: int
    layers: int
    place: tuple[int, int]

    @property
    def term(self) -> Term:
        """The layers of all of them."""
        each = Literal(self.layers)
        return each if self.stages == 1 else Apply("×", Literal(self.stages), each)


def stage_layers(said: Sequence[Sentence], statements: Iterable[Statement]) -> list[Statement]:
    """The statements, and "stages.layers" of every place that gives the layers of all stages.

    What a row of a stage has is no number of layers of the model.
    """
    lines = [each for each in said if each.has_digit and not is_code(each)]
    rows, cells = _rows(lines)
    found = [*rows, *_items(lines)]
    for sentence in lines:
        if "layer" in sentence.stems and sentence.block.kind not in (Kind.CELL, Kind.HEADING):
            found.extend(_in_prose(sentence))
    kept = (each for each in statements if not (each.subject == "model.layers" and each.span.start in cells))
    return [*kept, *found]


def _in_prose(sentence: Sentence) -> Iterator[Statement]:
    """Groups of stages one after another in a sentence, or a list with a number for each."""
    text = sentence.text
    if listed := _LISTED.search(text):
        counts = [int(each) for each in re.findall(r"\d+", listed["list"])]
        yield _said(sentence, [_Part(1, each, listed.span("list")) for each in counts])
        return
    if not {"stage", "pipeline", "pp"} & sentence.stems:
        return
    if sum(sentence.low.count(word) for word in _GROUP.words[0]) < _FEWEST:
        return  # each group has one of its own
    groups = [*_GROUP.finditer(text)]
    parts = [_Part(_stages(each), number(each["k"]), each.span("k")) for each in groups if not each["rest"]]
    rest = [number(each["k"]) for each in groups if each["rest"]]
    if len(groups) >= _FEWEST and len(rest) < 2:
        said = _said(sentence, parts)
        last = groups[-1].end("k")
        span = Span(sentence.source, said.span.start, sentence.start + last)
        yield replace(said, span=span, cause=str(rest[0]) if rest else "")


def _stages(group: re.Match[str]) -> int:
    return 2 if group["both"] else 1 if group["one"] else number(group["several"])


def _items(said: Iterable[Sentence]) -> Iterator[Statement]:
    """Items of a list that each count the layers of a stage."""
    lists: dict[object, list[tuple[Sentence, re.Match[str], re.Match[str]]]] = {}
    for sentence in said:
        if sentence.block.kind is not Kind.CELL and (label := _STAGE.match(sentence.text)):
            held = [*_HELD.finditer(sentence.text, label.end())]
            if len({each["n"] for each in held}) == 1:
                place = (sentence.scope.path, sentence.scope.role, sentence.lead[:1])
                lists.setdefault(place, []).append((sentence, label, held[0]))
    for lines in lists.values():
        yield from _whole([(sentence, label, held) for sentence, label, held in lines])


def _rows(said: Iterable[Sentence]) -> tuple[list[Statement], frozenset[int]]:
    """Rows of a table that each count the layers of a stage, and where their cells begin."""
    stages: dict[tuple[int, int], re.Match[str]] = {}
    tables: dict[int, list[tuple[Sentence, re.Match[str], re.Match[str]]]] = {}
    for cell in said:
        if cell.block.kind is not Kind.CELL:
            continue
        row = (cell.block.group, cell.block.label[0])
        stems = {token.stem for token in cell.header if token.stem}
        if "stage" in stems and cell.block.label[0] == cell.block.start and (label := _NUMBERED.fullmatch(cell.text)):
            stages[row] = label
        elif cell.key and (label := _STAGE.match(" ".join(_written(cell)))):
            stages.setdefault(row, label)
        if row in stages and "layer" in stems <= _LAYER_COLUMN and (held := _COUNT.fullmatch(cell.text)):
            tables.setdefault(cell.block.group, []).append((cell, stages[row], held))
    found = [each for lines in tables.values() for each in _whole(lines)]
    cells = frozenset(cell.start + held.start("n") for lines in tables.values() for cell, _, held in lines)
    return found, cells


def _written(cell: Sentence) -> Iterator[str]:
    for token in cell.key:
        yield str(int(token.figure.value)) if token.figure else token.stem or token.sign


def _whole(lines: Sequence[tuple[Sentence, re.Match[str], re.Match[str]]]) -> Iterator[Statement]:
    """The sum of lines that name every stage from the first on, each once."""
    ranges = [range(int(label["first"]), int(label["last"] or label["first"]) + 1) for _, label, _ in lines]
    numbers = sorted(each for one in ranges for each in one)
    if len(numbers) < 2 or numbers[0] > 1 or numbers != [*range(numbers[0], numbers[0] + len(numbers))]:
        return
    parts = [_Part(len(one), int(held["n"]), held.span("n")) for one, (_, _, held) in zip(ranges, lines, strict=True)]
    yield replace(_said(lines[-1][0], parts), span=said_at(lines[-1][0], METRIC, 0, parts[-1].place).span)


def _said(sentence: Sentence, parts: Sequence[_Part]) -> Statement:
    """The layers of so many stages, and what they are added up from."""
    total = sum(each.stages * each.layers for each in parts)
    said = said_at(sentence, METRIC, float(total), parts[0].place)
    working = reduce(lambda left, right: Apply("+", left, right), [each.term for each in parts])
    stages = sum(each.stages for each in parts)
    role = said.scope if said.scope.role is not Role.TARGET else replace(said.scope, role=Role.PLAN)
    return replace(said, quantity=Quantity.of(total), working=working, index=stages, scope=role)
