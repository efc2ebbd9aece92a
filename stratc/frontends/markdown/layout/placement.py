"""Where the stages of the pipeline stand: the layers and devices of each, in bullets, rows and bare fences."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.document.settings import is_code
from stratc.frontends.markdown.layout.expert_places import expert_places
from stratc.frontends.markdown.layout.ranges import DASH, DEVICES, EXPERTS, LAYERS, RUN, STAGE, device_numbers
from stratc.ir.values import StageSpan
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_HEADS = frozenset(("gpu", "rank"))
_COUNTING = frozenset(("count", "number", "per", "total", "memory", "parameter", "time", "latency", "load", "数量"))
_STAGE_COLUMN = frozenset(("stage", "pp", "pipeline", "阶段"))
_STAGE_CELL = re.compile(r"(?i)\W*(?:(?:pp|pipeline)?[ _-]?stage[ _#-]?)?(\d{1,4})\W*")
_RULE = re.compile(r"\d[a-z]\b")  # "2e, 2e+1" of expert e
_NEXT = Pattern(rf"\s*(?:,|&|and)\s*\d+{DASH}\d+\b(?!\s*layers)")  # of a stage that holds several chunks
_HOLDS = Pattern(r"→\s*([^(→]+)", "→")
_GROUP = Pattern(r"(?i)\bgroup[ _#]?\d", "group")
_TENSOR = Pattern(r"(?i)\btensor[- ]parallel", "tensor")


class _Layers(NamedTuple):
    """The first and the last layer, and where they are written."""

    ends: tuple[int, int]
    place: tuple[int, int]


class _Piece(NamedTuple):
    """What a line or a row says of one stage, which it names or a line above; `place` is where its devices stand."""

    sentence: Sentence
    stage: int
    is_named: bool
    layers: tuple[_Layers, ...] = ()
    devices: tuple[int, ...] = ()
    place: tuple[int, int] | None = None
    holds: str = ""
    tensor: bool = False


def placements(said: Sequence[Sentence]) -> Iterator[Statement]:
    """Statements "strategy.stage" and "strategy.expert_placement" of a document.

    Lines of one list or fence that speak of the same stage are put together; a line below one that names a stage
    ("Stage 0:", then "GPUs 0-3") speaks of that stage.  A line that names a stage again with a range of other devices,
    as that of a second replica does, says it anew.
    """
    lines = [each for each in said if each.has_digit and not is_code(each)]
    rows = _numbered_rows(lines)
    yield from expert_places(lines, {row: number for row, (number, _) in rows.items()})
    groups: dict[tuple[object, ...], list[list[_Piece]]] = {}
    for piece in _pieces(lines, rows):
        same = groups.setdefault(_key(piece.sentence, piece.stage), [])
        if same and not _is_anew(same[-1], piece):
            same[-1].append(piece)
        else:
            same.append([piece])
    places = [_joined(pieces) for same in groups.values() for pieces in same]
    counted_anew = _counted_anew(places)
    for place in places:
        yield from _stated(place._replace(devices=()) if place.sentence.block.group in counted_anew else place)


def _key(sentence: Sentence, stage: int) -> tuple[object, ...]:
    """What lines must have in common to speak of the same stage."""
    return sentence.scope.path, sentence.scope.role, sentence.lead[:1], sentence.block.group, stage


def _is_anew(pieces: Sequence[_Piece], piece: _Piece) -> bool:
    """Whether a line names a stage again and gives it several devices that it has not, after another one did."""
    listed = [each for each in (*pieces, piece) if each.is_named and len(each.devices) > 1]
    had = {device for each in listed[:-1] for device in each.devices}
    return bool(had) and listed[-1] is piece and had.isdisjoint(piece.devices)


def _joined(pieces: Sequence[_Piece]) -> _Piece:
    """The lines of one stage as one."""
    places = [each.place for each in pieces if each.place]
    return _Piece(
        pieces[0].sentence,
        pieces[0].stage,
        pieces[0].is_named,
        tuple(chain.from_iterable(each.layers for each in pieces)),
        tuple(sorted({device for each in pieces for device in each.devices})),
        (min(start for start, _ in places), max(end for _, end in places)) if places else None,
        next((each.holds for each in pieces if each.holds), ""),
        any(each.tensor for each in pieces),
    )


def _counted_anew(places: Iterable[_Piece]) -> set[int]:
    """Tables whose every stage has the same devices: those of its own machine, numbered from 0 on each."""
    tables: dict[int, list[tuple[int, ...]]] = {}
    for place in places:
        if place.sentence.block.kind is Kind.CELL and place.devices:
            tables.setdefault(place.sentence.block.group, []).append(place.devices)
    return {group for group, listed in tables.items() if len(listed) > 1 and all(each == listed[0] for each in listed)}


def _numbered_rows(lines: Iterable[Sentence]) -> dict[int, tuple[int, list[Sentence]]]:
    """The rows in which a cell numbers a stage, by where they begin: that number, and the cells with figures."""
    cells: dict[int, list[Sentence]] = {}
    for sentence in lines:
        if sentence.block.kind is Kind.CELL:
            cells.setdefault(sentence.block.label[0], []).append(sentence)
    numbers = {row: [found for each in held if (found := _stage_of(each)) is not None] for row, held in cells.items()}
    return {row: (found[-1], cells[row]) for row, found in numbers.items() if found}


def _stage_of(cell: Sentence) -> int | None:
    """The number in a cell that is a bare number or "Stage 0", in a column that is headed "Stage"."""
    stems = {token.stem for token in cell.header}
    headed = bool(stems & {"stage", "阶段"}) and (cell.block.label[0] == cell.block.start or stems <= _STAGE_COLUMN)
    found = _STAGE_CELL.fullmatch(cell.text) if headed and len(cell.value) <= 2 else None
    return int(found[1]) if found else None


def _pieces(lines: Iterable[Sentence], rows: dict[int, tuple[int, list[Sentence]]]) -> Iterator[_Piece]:
    """What each line and each row says of a stage, in the order of the text."""
    for sentence in lines:
        row = rows.get(sentence.block.label[0]) if sentence.block.kind is Kind.CELL else None
        if row is None:
            yield from (_of_text(sentence, *part) for part in _parts(sentence))
        elif sentence is row[1][0]:
            yield _joined([_of_cell(cell, row[0]) for cell in row[1]])


def _parts(sentence: Sentence) -> Iterator[tuple[int, bool, int, int]]:
    """The stages that a sentence speaks of, whether it names them, and the range of its text that does."""
    text = sentence.text
    if sentence.block.kind is Kind.CELL:
        label = " ".join(token.stem or _index(token) for token in sentence.key)
        found = STAGE.match(label)
        if found:
            yield int(found[1]), True, 0, len(text)
        return
    own = list(STAGE.finditer(text))
    if len(own) == 1:
        yield int(own[0][1]), True, 0, len(text)
    elif len(own) > 1:
        ends = [match.start() for match in own[1:]] + [len(text)]
        for match, end in zip(own, ends, strict=True):
            yield int(match[1]), True, match.end(), end
    else:
        above = (*sentence.scope.path[-1:], *sentence.lead)
        named = [found for each in reversed(above) if (found := STAGE.search(each))]
        if named and sentence.block.kind is not Kind.HEADING:
            yield int(named[0][1]), False, 0, len(text)


def _index(token: Token) -> str:
    return str(int(token.figure.value)) if token.figure else token.sign


def _of_cell(cell: Sentence, stage: int) -> _Piece:
    """A cell of a stage's row: layers below "Layers", devices below "GPUs"; counts of them are no ranges."""
    heads, text = {token.stem for token in cell.header}, cell.text
    runs = list(RUN.finditer(text))
    piece = _Piece(cell, stage, is_named=True)
    if not runs or heads & _COUNTING or _RULE.search(text):
        return piece
    where = (cell.start + runs[0].start(), cell.start + runs[-1].end())
    first, last = int(runs[0][1]), int(runs[0][2] or -1)
    alone = len(runs) == 1 or 0 < text.find("(") < runs[1].start()  # "0-6 (7 layers + embedding)"
    if heads & {"layer", "层"} and alone and first <= last:
        where = (cell.start + runs[0].start(), cell.start + runs[0].end())
        return piece._replace(layers=(_Layers((first, last), where),))
    if heads & _HEADS and (len(runs) > 1 or runs[0][2] or "gpu" in text.lower()):
        return piece._replace(devices=device_numbers(text), place=where)
    return piece


def _of_text(sentence: Sentence, stage: int, is_named: bool, start: int, end: int) -> _Piece:
    """What a part of a sentence says of a stage."""
    text, at = sentence.text, sentence.start
    lists = [
        (numbers, match.span(group))
        for match in DEVICES.finditer(text, start, end)
        if not _is_of_others(text, match.end()) and (numbers := device_numbers(match[group := 1 if match[1] else 2]))
    ]
    holds, said = _HOLDS.search(text, start, end), text[start:end]
    # "2 GPUs per expert via tensor parallelism", "Expert 0: GPUs 0,1", "TP group 0": these divide the stage further
    shared = " per " in said or bool(_GROUP.search(said)) or bool(EXPERTS.search(said))
    return _Piece(
        sentence,
        stage,
        is_named,
        tuple(_layers(sentence, start, end)),
        tuple(chain.from_iterable(numbers for numbers, _ in lists)),
        (at + lists[0][1][0], at + lists[-1][1][1]) if lists else None,
        holds[1].strip(" ,.;") if holds else "",
        not shared and bool(_TENSOR.search(text, start, end)),
    )


def _is_of_others(text: str, end: int) -> bool:
    """Whether a number behind devices counts something else: "GPU 8-way", "GPUs 4 per node"."""
    return text[end : end + 8].lstrip().lower().startswith(("-way", "gpu", "per ", "×", "x "))


def _layers(sentence: Sentence, start: int, end: int) -> Iterator[_Layers]:
    """The ranges of layers in a part of a sentence, but those of several chunks."""
    text, at = sentence.text, sentence.start
    for match in LAYERS.finditer(text, start, end):
        first, last = int(match[1]), int(match[2] or -1)
        if first <= last and not _NEXT.match(text, match.end()):
            counted = 3 if match[3] and int(match[3]) == last - first + 1 else 2
            yield _Layers((first, last), (at + match.start(1), at + match.end(counted)))


def _stated(place: _Piece) -> Iterator[Statement]:
    devices = place.devices or None
    tp = len(place.devices) if place.tensor and 1 < len(place.devices) <= 64 else None
    if len({each.ends for each in place.layers}) == 1 and devices and place.place:
        ends, where = place.layers[0]
        whole = (min(where[0], place.place[0]), max(where[1], place.place[1]))
        yield say(place.sentence, "strategy.stage", StageSpan(place.stage, ends, devices, tp, holds=place.holds), whole)
        return
    for ends, where in place.layers:
        yield say(place.sentence, "strategy.stage", StageSpan(place.stage, ends, holds=place.holds), where)
    if devices and place.place:
        span = StageSpan(place.stage, None, devices, tp, holds=place.holds)
        yield say(place.sentence, "strategy.stage", span, place.place)
