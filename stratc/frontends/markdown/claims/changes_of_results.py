"""Changes that a plan claims of its results, whose figures stand elsewhere: "TTFT is reduced by 42 %"."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from stratc.arith.term import Apply, Literal
from stratc.arith.unit import PERCENT
from stratc.frontends.markdown.claims.changes_said import may_be_rounded
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.document.tokens import stem
from stratc.frontends.markdown.words.vocabulary import words
from stratc.frontends.markdown.workings.working import literal_of
from stratc.ir.scope import Role
from stratc.ir.statement import Relation
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stratc.arith.quantity import Quantity
    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_MEMORY = r"memory(?: use| usage| footprint| consumption)?"
_NAMED = (
    r"(?:the )?(?:(?P<ttft>ttft|time to first token)|(?P<tpot>tpot|time per output token)"
    rf"|(?P<tokens>(?:(?:total|system|overall|decode) )?throughput|tps)|(?P<memory>{_MEMORY} per (?:gpu|npu|device)))"
)
_PERCENT = r"(?:about |roughly |~ ?)?\d[\d.,]* ?%"
_AGAINST = (
    r"(?P<against>,? ?(?:compared (?:with|to)|over|versus|vs\.?|relative to|against|than)(?: the)?"
    r" (?:baseline|original|previous|old|before|first|v1)[\w .-]{0,24})?\s*[.!]?\s*"
)
_OPENS = r"(?:(?:in summary|overall|as a result|in total|so|thus|hence)[:,]? )?"
_FALLS, _RISES = "lowered|cut|falls|drops|decreases|shrinks|fell|dropped", "raised|rises|grows|increases|rose|grew"
_CHANGED = rf"(?:(?P<fall>reduced|{_FALLS})|(?P<rise>increased|{_RISES})|improved|improves)"
_WHOLE = r"(?:our|the|this)(?: \w+){0,2} (?:method|plan|strategy|approach|design|proposal|layout|revision)"
_BESIDE = r"(?:compared (?:with|to)|relative to|against) [^()%]{1,40}\(\d[\d.,]* ?\w+\),?"
_RESULT_WORDS = "ttft|time to first|tpot|time per output|throughput|tps|memory"
_CHANGE_WORDS = (
    "reduced|lowered|cut|falls|drops|decreases|shrinks|fell|dropped|"
    "increased|raised|rises|grows|increases|rose|grew|improve"
)
_SAID = (
    Pattern(
        rf"(?i){_OPENS}{_NAMED} (?:(?:is|was|are) (?:thus |thereby |now )?)?{_CHANGED} (?:by )?{_PERCENT}{_AGAINST}",
        _RESULT_WORDS,
        _CHANGE_WORDS,
    ),
    Pattern(
        rf"(?i){_OPENS}{_NAMED} (?:is|was) (?:now )?{_PERCENT} (?:(?P<fall>lower|less|shorter|smaller)"
        rf"|(?P<rise>higher|more|longer|larger)|better|faster){_AGAINST}",
        _RESULT_WORDS,
        "lower|less|shorter|smaller|higher|more|longer|larger|better|faster",
    ),
    Pattern(
        rf"(?i){_NAMED}[ -](?:improvement|(?P<fall>reduction|decrease|drop|saving)|(?P<rise>increase|gain))s?\s*:"
        rf"\s*{_PERCENT}{_AGAINST}",
        _RESULT_WORDS,
        "improvement|reduction|decrease|drop|saving|increase|gain",
    ),
    Pattern(
        rf"(?i){_OPENS}{_WHOLE} (?:improves|(?P<fall>reduces|lowers|cuts)|(?P<rise>increases|raises)) {_NAMED}"
        rf" by {_PERCENT}{_AGAINST}",
        _RESULT_WORDS,
        "improves|reduces|lowers|cuts|increases|raises",
    ),
    Pattern(
        rf"(?i){_OPENS}(?P<old>{_BESIDE}) (?:the )?(?P<memory>{_MEMORY}(?: per (?:gpu|npu|device))?)"
        rf" (?:(?:is|was) )?{_CHANGED} (?:by )?{_PERCENT}\s*[.!]?\s*",
        "memory",
        _CHANGE_WORDS,
    ),
)
_RESULTS = words(
    "result comparison summary conclusion performance gain improvement benefit evaluation outcome expected 结果"
)  # in headings; elsewhere a measure may be meant that gains so much alone
_SUBJECTS = {"ttft": "latency.ttft", "tpot": "latency.tpot", "tokens": "throughput.tokens", "memory": "memory.total"}
_PARTED = r"[;。]|\.(?=\s|$)|,?\s+(?:and|while|but)\s+|,\s"
_MOST = 40  # figures of a metric; more are of many plans
_POINT = 0.015  # a percentage is rounded freely


class _Told(NamedTuple):
    """A change that a clause claims of a metric, and the figure that it names itself for what was."""

    subject: str
    figure: Figure
    way: str
    old: Figure | None = None


def changes_of_results(said: Iterable[Sentence], statements: Iterable[Statement]) -> Iterator[Statement]:
    """Statements "change.ratio" of a change that no two figures of its metric give: those before and of the plan.

    The figure before is the one of an earlier plan or a baseline; where the plan gives two figures in all, the first.
    """
    figures: dict[str, list[Statement]] = {}
    for each in statements:
        of_plan = each.relation is Relation.IS and each.scope.role is not Role.TARGET
        if each.subject in _SUBJECTS.values() and of_plan and each.quantity and not each.quantity.is_range:
            figures.setdefault(each.subject, []).append(each)
    for sentence in said if figures else ():
        if sentence.scope.role is Role.PLAN and "%" in sentence.text and sentence.block.kind is not Kind.CELL:
            for told in _told(sentence):
                yield from _claimed(sentence, told, figures.get(told.subject, []))


def _told(sentence: Sentence) -> Iterator[_Told]:
    """The changes that the clauses of a sentence claim, each with one percentage."""
    begin = 0
    for part in (*re.finditer(_PARTED, sentence.text), None):
        end = part.start() if part else len(sentence.text)
        clause = " ".join(sentence.text[begin:end].split())
        inside = [figure for _, figure in sentence.figures if begin <= figure.start - sentence.start < end]
        begin = part.end() if part else end
        shares = [figure for figure in inside if figure.quantity.unit == PERCENT and not figure.quantity.is_range]
        found = next(filter(None, (form.fullmatch(clause) for form in _SAID)), None) if len(shares) == 1 else None
        if found is None:
            continue
        named = found.groupdict()
        if not (named.get("old") or named.get("against") or _sums_up(sentence)):
            continue
        old = next((figure for figure in inside if figure not in shares), None) if named.get("old") else None
        way = "fall" if named.get("fall") else "rise" if named.get("rise") else ""
        yield _Told(next(_SUBJECTS[name] for name in _SUBJECTS if named.get(name)), shares[0], way, old)


def _sums_up(sentence: Sentence) -> bool:
    """Whether a line stands right below a heading that promises results, or below none."""
    stems = {stem(word) for word in re.findall(r"\w+", sentence.sections[-1])} if sentence.sections else _RESULTS
    return not sentence.lead and not stems.isdisjoint(_RESULTS)


def _claimed(sentence: Sentence, told: _Told, figures: Sequence[Statement]) -> Iterator[Statement]:
    stated = told.figure.quantity
    was = literal_of(sentence, told.old) if told.old else None
    known = [each.quantity for each in figures if each.quantity] + ([told.old.quantity] if told.old else [])
    if len(known) > _MOST:
        return
    for one, other in combinations(known, 2):
        if one.dimension != other.dimension or _gives(one, other, stated, told.way):
            return
    pair = _pair(figures) if was is None else _of_plan(figures, was)
    if pair is not None:
        old, new = pair
        said = say(
            sentence, "change.ratio", told.figure.value, (told.figure.start, told.figure.end), figure=told.figure
        )
        yield replace(said, working=Apply("÷", new, old), cause=told.way)


def _gives(one: Quantity, other: Quantity, stated: Quantity, way: str) -> bool:
    """Whether the change is that of two figures, in the order that its word asks for, or of their rounded values."""
    for old, new in ((one, other), (other, one)):
        ratio = new.value / old.value if old.value and new.value else 1.0
        changes = [1 - ratio] if way == "fall" else [ratio - 1] if way == "rise" else [1 - ratio, ratio - 1]
        if any(abs(each - stated.value) <= _POINT for each in changes) or may_be_rounded(stated, old, new, way):
            return True
    return False


def _pair(figures: Sequence[Statement]) -> tuple[Literal, Literal] | None:
    """The figure before and that of the plan, where there is one of each."""
    before = _distinct(each for each in figures if each.scope.role is Role.EARLIER)
    after = _distinct(each for each in figures if each.scope.role is Role.PLAN)
    if not before and len(after) == 2:
        return after[0], after[1]
    return (before[0], after[0]) if len(before) == len(after) == 1 else None


def _of_plan(figures: Sequence[Statement], was: Literal) -> tuple[Literal, Literal] | None:
    after = _distinct(each for each in figures if each.scope.role is Role.PLAN)
    return (was, after[0]) if len(after) == 1 else None


def _distinct(figures: Iterable[Statement]) -> list[Literal]:
    """The values among some figures, each with its first place."""
    found: dict[float, Literal] = {}
    for each in figures:
        if isinstance(each.value, float) and each.quantity:
            found.setdefault(each.value, Literal(each.value, each.quantity.unit, each.span))
    return list(found.values())
