"""Stages whose labels are a short word and an index that counts up: "s0: layers 0-14", "P1 | L15-L29", "stage b: …"."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.document.settings import is_code
from stratc.frontends.markdown.layout.ranges import DEVICES, device_numbers
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import Role
from stratc.ir.values import StageSpan
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from re import Match

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_TO = r"\s?(?:-|–|—|~|\.\.\.?|\bto\b|至|到)\s?"
_LABEL = r"(?P<word>[A-Za-z]{1,8}(?:[ _-]?(?:rank|stage))?|[段级])[ _#-]?(?P<index>\d{1,3}|(?<=stage )[a-h])"
_LINE = Pattern(
    rf"(?i)(?:^|(?<=[\n,;|(（，；、:：])\s*)[-*•\s]*{_LABEL}(?![\w.])(?P<gap>[^\n;；]{{0,40}}?)"
    r"(?P<layers>(?:\b(?:transformer |decoder )?(?:layers?|blocks?|decoder)[ _:(]{0,3}|第 ?(?=[^\n]{3,12}层)|层 ?"
    r"|\b(?=L\d))"
    rf"\[?L?(?P<first>\d{{1,3}}){_TO}L?(?P<last>\d{{1,3}})\b)",
    "layer|block|decoder|层|l0|l1|l2|l3|l4|l5|l6|l7|l8|l9",
)
_CELL = Pattern(rf"(?i)\s*(?:layers? )?\[?L?(?P<first>\d{{1,3}}){_TO}L?(?P<last>\d{{1,3}})\]?\s*")
_KEY = Pattern(rf"(?i){_LABEL}")
_RANGE = Pattern(rf"(?i)\bL?\d{{1,3}}{_TO}L?\d{{1,3}}\b")
_STAGES = words("s p st stg pp pipe pprank pp_rank stage 段 级")
_OTHERS = words("v c chunk vs version model expert e layer l node gpu rank group step phase mb head")
_PIPELINE = words("stage pipeline pp 流水 阶段 段")
_EXPERTS = ("expert", "专家")


class _Line(NamedTuple):
    """A stage of a list: its word and number, its layers, its devices, and where label and ranges stand."""

    sentence: Sentence
    word: str
    number: int
    layers: tuple[int, int]
    devices: tuple[int, ...]
    label: int
    place: tuple[int, int]


def named_stages(said: Sequence[Sentence], statements: Sequence[Statement]) -> list[Statement]:
    """The statements, and "strategy.stage" of the one series of such lines; "pp1" at the head of one is no degree.

    Nothing where other places give stages, and where layers stand in several chunks of a stage.
    """
    series = [each for each in _series(said) if _is_of_stages(each, statements)]
    series = series if any(not _PIPELINE.isdisjoint(each.stems) for each in said) else []
    taken = any(each.subject == "strategy.stage" or _is_of_chunks(each) for each in statements)
    if len(series) != 1 or taken:
        return list(statements)
    labels = {line.label for line in series[0]}
    kept = [each for each in statements if not (each.subject == "strategy.pp" and each.span.start in labels)]
    for line in series[0]:
        span = StageSpan(line.number, line.layers, line.devices or None)
        kept.append(say(line.sentence, "strategy.stage", span, line.place))
    return kept


def _series(said: Iterable[Sentence]) -> Iterator[list[_Line]]:
    """Lines of one list, fence or paragraph, their indices counting up by one from the first on."""
    groups: dict[tuple[object, str], list[_Line]] = {}
    mixed: set[object] = set()
    for sentence in said:
        if sentence.scope.role is not Role.PLAN or not sentence.has_digit or is_code(sentence):
            continue
        place = (sentence.scope.path, sentence.block.group, sentence.lead[:1])
        for line in _lines(sentence):
            groups.setdefault((place, line.word if line else ""), []).extend((line,) if line else ())
            mixed |= set() if line else {place}
    for (group, _), lines in groups.items():
        if group not in mixed and len(lines) > 1:
            yield lines


def _lines(sentence: Sentence) -> Iterator[_Line | None]:
    """The stages that a sentence lists; None for a line with several ranges or with experts."""
    text = sentence.text
    if sentence.block.kind is Kind.CELL:
        label, found = _KEY.fullmatch(sentence.key_text), _CELL.fullmatch(text)
        if label and found and "layer" in {token.stem for token in sentence.header}:
            yield _line(sentence, label, found, ())
        return
    found_all = [*_LINE.finditer(text)]
    ends = (*(each.start("word") for each in found_all[1:]), len(text))
    for found, end in zip(found_all, ends, strict=False):
        devices = [*DEVICES.finditer(text, found.start("gap"), end)]
        numbers = device_numbers(devices[0][1] or devices[0][2]) if len(devices) == 1 else ()
        ranges = [each for each in _RANGE.finditer(text, found.start("gap"), end) if not _is_inside(each, devices)]
        plain = len(ranges) == 1 and not any(word in text[found.start() : end].lower() for word in _EXPERTS)
        yield _line(sentence, found, found, numbers) if plain else None


def _is_inside(found: Match[str], others: Iterable[Match[str]]) -> bool:
    return any(each.start() <= found.start() and found.end() <= each.end() for each in others)


def _line(sentence: Sentence, label: Match[str], found: Match[str], devices: tuple[int, ...]) -> _Line:
    written = label["index"].lower()
    number = int(written) if written.isdigit() else ord(written) - ord("a")
    at = sentence.block.label[0] if sentence.block.kind is Kind.CELL else sentence.start + label.start("word")
    place = (sentence.start + found.start("first"), sentence.start + found.end("last"))
    layers = (int(found["first"]), int(found["last"]))
    return _Line(sentence, label["word"].lower().replace(" ", ""), number, layers, devices, at, place)


def _is_of_stages(lines: Sequence[_Line], statements: Sequence[Statement]) -> bool:
    """Whether lines count up by one, their layers too, and are as many as the plan has stages."""
    labels = {line.label for line in lines}
    of_plan = [each for each in statements if each.scope.role is Role.PLAN and each.span.start not in labels]
    told = {each.value for each in of_plan if each.subject == "strategy.pp"}
    word, last = lines[0].word, lines[-1].layers[1]
    if len(lines) not in told if told else word not in _STAGES:
        return False
    ends = {each.value for each in of_plan if each.subject == "model.layers"}
    if word not in _STAGES and (word in _OTHERS or ends.isdisjoint((last, last + 1))):
        return False
    pairs = [*pairwise(lines)]
    counts = lines[0].number <= 1 and all(after.number == before.number + 1 for before, after in pairs)
    rising = lines[0].layers[0] <= 1 and all(after.layers[0] > before.layers[0] for before, after in pairs)
    joined = sum(after.layers[0] == before.layers[1] + 1 for before, after in pairs)
    return (
        counts and rising and all(line.layers[0] <= line.layers[1] for line in lines) and 2 * joined >= len(pairs) - 1
    )


def _is_of_chunks(statement: Statement) -> bool:
    """Whether the plan gives its stages several chunks of layers each."""
    return statement.subject == "strategy.vpp" and statement.scope.role is Role.PLAN and statement.value != 1
