"""What is said to meet all requirements together: "while meeting all latency and throughput requirements"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.facts.goals import CROSSES, TICKS
from stratc.frontends.markdown.facts.looks import spoken
from stratc.frontends.markdown.words.metrics import Look
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_REQUIREMENTS = words("requirement target goal objective constraint slo sla 要求 目标 指标")
_MEETS = words("meet meeting satisfy satisfie satisfying fulfil fulfill fulfilling exceed exceeding 满足 达到")
_MET = words("met satisfied fulfilled exceeded surpassed pass passed 满足 达标")
_ALL = words("all every both 所有 全部")
_KINDS = {
    "performance": "latency throughput",
    "latency": "latency",
    "ttft": "latency",
    "tpot": "latency",
    "throughput": "throughput",
    "性能": "latency throughput",
    "延迟": "latency",
    "吞吐": "throughput",
}
_AMONG = words("and or the our it given stated basic strict key specified technical business functional deployment")
_JOINED = frozenset((",", "/", "&"))
_HELD_BACK = words("to can could would help toward")
_DENIED = words(
    "not no fail failed never nearly almost cannot doesn don didn won isn aren weren must should if until when "
    "unless close 不 未"
)
_CROSSES = CROSSES | {"?"}
_BETWEEN = words("is are were been have has all")
_EXCEEDS = words("exceed exceeding exceeded surpass surpassing surpassed beat beating beaten outperform")
_WIDE = words(
    "significant significantly substantial substantially healthy comfortable comfortably ample large considerable "
    "considerably generous far wide widely easily"
)
_MARGIN = words("margin headroom")
_OF_OTHERS = words("memory vram cost power balance compliance accuracy scalability")
_GAP = 3  # words between "all" and what is met


def all_met(sentence: Sentence) -> Iterator[Statement]:
    """The mention "requirements_met"; `cause` names the kinds of requirement where the sentence narrows them down."""
    stems = sentence.stems
    if stems.isdisjoint(_REQUIREMENTS) or stems.isdisjoint(_ALL | _KINDS.keys()) or sentence.block.due:
        return
    if sentence.scope.role is not Role.PLAN or stems & _DENIED or _CROSSES & set(sentence.text):
        return
    if found := _by_verb(sentence.tokens) or _by_all(sentence):
        first, last = found
        kinds = _kinds(sentence.tokens[first : last + 1])
        place = sentence.tokens[first].start, sentence.tokens[last].end
        yield replace(say(sentence, "mention.requirements_met", "met", place), cause=kinds)
    if stems.isdisjoint(_OF_OTHERS):
        yield from _exceeded(sentence)


def _exceeded(sentence: Sentence) -> Iterator[Statement]:
    """Statements "margin.requirements": by how many times, or by a large margin in words, requirements are exceeded.

    "Exceeds all performance targets with ample headroom", "2x better than the requirements".
    """
    kinds = _kinds((*sentence.key, *sentence.tokens))
    for factor, place in (*_by_far(sentence), *_by_times(sentence)):
        yield replace(say(sentence, "margin.requirements", factor, place), cause=kinds)


def _by_far(sentence: Sentence) -> Iterator[tuple[float, tuple[int, int]]]:
    tokens, stems = sentence.tokens, sentence.stems
    wide = [at for at, token in enumerate(tokens) if token.stem in _WIDE]
    if wide and (stems & _EXCEEDS or (stems & (_MEETS | _MET) and any(_is_wide_margin(tokens, at) for at in wide))):
        first = next(at for at, token in enumerate(tokens) if token.stem in _EXCEEDS | _MEETS | _MET | _WIDE)
        if not _is_held_back(tokens[:first]):
            yield 1.0, (tokens[first].start, tokens[wide[-1]].end)


def _by_times(sentence: Sentence) -> Iterator[tuple[float, tuple[int, int]]]:
    for at, token in enumerate(sentence.tokens):
        after = [each.stem for each in sentence.tokens[at + 1 : at + 7]]
        said = spoken(sentence, at) if "better" in after[:2] and "than" in after else None
        if said is not None and said.look is Look.FACTOR and _REQUIREMENTS & set(after):
            yield said.figure.value, (token.start, token.end)


def _is_wide_margin(tokens: Sequence[Token], at: int) -> bool:
    return any(each.stem in _MARGIN for each in tokens[at + 1 : at + 3])


def _by_verb(tokens: Sequence[Token]) -> tuple[int, int] | None:
    """The first and the last word of "meets all … requirements" or "… requirements are met", by index."""
    for at, token in enumerate(tokens):
        if token.stem not in _REQUIREMENTS:
            continue
        first = at
        while first and _belongs(tokens[first - 1]):
            first -= 1
        narrowed = any(each.stem in _ALL or each.stem in _KINDS for each in tokens[first:at])
        if narrowed and first and tokens[first - 1].stem in _MEETS and not _is_held_back(tokens[: first - 1]):
            return first - 1, at
        after = next((each for each in tokens[at + 1 : at + 4] if each.stem not in _BETWEEN), None)
        if narrowed and after is not None and after.stem in _MET:
            return first, at
    return None


def _is_held_back(before: Sequence[Token]) -> bool:
    """Whether the verb after these words names a purpose and no result: "designed to meet"."""
    return bool(before) and before[-1].stem in _HELD_BACK


def _belongs(token: Token) -> bool:
    """Whether a word before "requirements" says which they are."""
    known = token.stem in _ALL or token.stem in _KINDS or token.stem in _AMONG or token.stem in _REQUIREMENTS
    return known or token.sign in _JOINED


def _by_all(sentence: Sentence) -> tuple[int, int] | None:
    """The words "all requirements", with a few between at most, in a sentence that says them to be met."""
    ticked = bool(TICKS & set(sentence.text)) or not sentence.stems.isdisjoint(_MET)
    for at, token in enumerate(sentence.tokens) if ticked else ():
        near = range(at + 1, min(at + 2 + _GAP, len(sentence.tokens))) if token.stem in _ALL else ()
        if found := next((each for each in near if sentence.tokens[each].stem in _REQUIREMENTS), None):
            return at, found
    return None


def _kinds(tokens: Sequence[Token]) -> str:
    """The metrics that these words narrow the requirements down to, in order of the alphabet."""
    named = {kind for token in tokens for kind in _KINDS.get(token.stem, "").split()}
    return " ".join(sorted(named))
