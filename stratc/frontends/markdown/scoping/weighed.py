"""Layouts and models that running text weighs beside the plan's own: "TP=4 would need …", "a 70B model has …"."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.scoping.conditionals import imagined
from stratc.frontends.markdown.scoping.options import OPTION
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import PHASES, Role
from stratc.ir.statement import Relation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_MEANS = ("schedule", "vpp")  # of which running text likes to name others
_DEGREES = frozenset(
    f"strategy.{each}" for each in ("tp", "pp", "dp", "ep", "cp", "sp", "expert_tp", "zero_stage", *_MEANS)
)
_SHAPE = frozenset(
    f"model.{each}"
    for each in ("layers", "hidden_size", "heads", "kv_heads", "ffn_hidden_size", "experts", "parameters")
)
_DECIDES = words(
    "use run choose chose deploy employ adopt set apply propose recommend select serve train take split shard "
    "partition divide configure keep stay prefer "
    "degree layout parallelism configuration strategy setup design have has decision decide decided"
)
_COUNTS = frozenset(("strategy.device_count", "hardware.device_count"))
_NEAR = 16  # characters after a label that belong to it
_SPEAKERS = words("we i you they it")
_QUOTES = frozenset('"“„«‘`')
_COMPARED = words("slower faster worse gave")  # of what was tried beside the plan
_BATCH = "workload.batch_size"
_UNDER = words("with at for by")
_WEIGHS = words("not would could should might why what which how if instead than need other another elsewhere")
_TOLD_OF_ANY = (
    _WEIGHS
    | _COMPARED
    | words(
        "typical typically usual usually common commonly often sometime possible option alternative example maximum "
        "most least limit only alone before later next first then was were had no without avoid any every between from "
        "versus vs"
    )
)
# Rarely needed, and compiled only then:
_LIST = (  # "TP=2, PP=4, DP=10", "TP = 4 inside a replica, 2 of them (DP = 2)"
    r"\W*(?:TP|PP|DP|EP|CP|SP)(?:[ =-]{0,3}\d{1,4} ?[,/×·|+&;]"
    r"| ?= ?\d{1,4}\b[^.;:]{0,60}[ (](?:TP|PP|DP|EP|CP) ?= ?\d)"
)
_ANY_MODEL = (
    r"(?i)(?:^\W*|[,;] |\b(?:in|for|of|with|like|on|than|from) )(?:an?|any|some|larger|smaller|other|most) "
    r"(?:[\w.-]+ ){0,3}?(?:model|llm|network|transformer)s?\b"
)

_NO_MODEL = (  # "a model has 64 experts", "measured with a 7B model"
    r"(?i)\W*(?:an?|any) (?:\w+ )?(?:model|llm|network|transformer) (?:has|with|of)\b"
    r"|[^.;]*\b(?:measured|tested|benchmarked|timed|seen)\b[^.;]{0,60} (?:with|on|for) an? [\w.-]+ (?:model|llm)\b"
)


def of_running_text(said: Sequence[Sentence], statements: Sequence[Statement]) -> list[Statement]:
    """The statements, where a sentence that only weighs another layout or any model tells nothing of the plan.

    A label, a heading, a setting and a sentence that decides give the plan's own degrees; where there are none, the
    first that is said.  A degree that differs from them in running text or in one of several rows belongs to a case;
    not the only one that the text asserts beside settings, which contradict it.
    """
    told = sorted((each for each in statements if _is_told(each)), key=lambda each: each.span.start)
    if len({each.value for each in told}) < 2:
        return list(statements)
    by_start = {sentence.start: sentence for sentence in said}
    rows = _several(told, by_start)
    own: dict[tuple[str, str], set[object]] = defaultdict(set)
    first: dict[tuple[str, str], set[object]] = defaultdict(set)
    spoken: set[tuple[str, str]] = set()
    beside: list[Statement] = []
    for each in told:
        sentence, place = by_start.get(each.context.start), (each.subject, each.scope.strategy)
        if not _is_beside(each, sentence, rows):
            own[place].add(each.value)
            if sentence is not None and sentence.block.kind is not Kind.CODE:
                spoken.add(place)
            continue
        beside.append(each)
        tried = sentence is None or _COMPARED & sentence.stems
        if sentence is not None and not tried and not _known(first, each) and not _is_of_any(each, sentence):
            first[place].add(each.value)
    for place, values in first.items():
        if not own[place] and not (place[1] and own[place[0], ""]):
            own[place] = values
    for place in own.keys() - spoken:
        own[place] |= _asserted(place, beside, by_start)
    left = {each.context.start for each in beside if each.value not in (_known(own, each) or {each.value})}
    left |= {each.context.start for each in beside if own and _COMPARED & by_start[each.context.start].stems}
    left |= {each.context.start for each in beside if own and re.match(_NO_MODEL, by_start[each.context.start].text)}
    counted = {each.context.start for each in statements if each.subject in _COUNTS}
    left |= _systems(told, by_start) & counted
    cells = [(each, by_start[each.context.start]) for each in beside if each.context.start in left]
    measures = {cell.block.group for each, cell in cells if cell.block.kind is Kind.CELL and _is_of_measure(each, cell)}
    left |= {each.start for each in said if each.block.kind is Kind.CELL and each.block.group in measures}
    titles = {by_start[start].text.strip() for start in left & by_start.keys() if _is_heading(by_start[start])}
    below = {each.start for each in said if titles and any(title in titles for title in each.scope.path[-1:])}
    return [imagined(each) if each.context.start in left | below else each for each in statements]


def _asserted(place: tuple[str, str], beside: Sequence[Statement], by_start: Mapping[int, Sentence]) -> set[object]:
    """The one value that paragraphs and items give a degree which is otherwise only set; nothing where they weigh."""
    said = [each for each in beside if (each.subject, each.scope.strategy) == place]
    values: set[object] = {each.value for each in said}
    sentences = [by_start[each.context.start] for each in said if each.context.start in by_start]
    plain = all(
        each.block.kind in (Kind.PARAGRAPH, Kind.ITEM)
        and _TOLD_OF_ANY.isdisjoint(each.stems)
        and not OPTION.match(each.text)
        and not re.search(_ANY_MODEL, each.text)
        for each in sentences
    )
    return values if plain and len(values) == 1 and place[0] in _DEGREES else set()


def _is_heading(sentence: Sentence) -> bool:
    return sentence.block.kind is Kind.HEADING


def _systems(told: Sequence[Statement], by_start: Mapping[int, Sentence]) -> set[int]:
    """Where sentences begin that give a whole layout which differs from the first in more than one degree."""
    first: dict[tuple[str, str], object] = {}
    others: dict[int, int] = defaultdict(int)
    for each in told:
        sentence = by_start.get(each.context.start)
        if sentence is None or sentence.key or sentence.block.kind not in (Kind.ITEM, Kind.PARAGRAPH):
            continue
        if first.setdefault((each.subject, each.scope.strategy), each.value) != each.value:
            others[each.context.start] += 1
    return {start for start, count in others.items() if count > 1}


def _known(own: Mapping[tuple[str, str], set[object]], statement: Statement) -> set[object]:
    """The values that the plan gives: of its phase, else of all of it."""
    return own.get((statement.subject, statement.scope.strategy)) or own.get((statement.subject, "")) or set()


def _is_told(statement: Statement) -> bool:
    known = statement.subject in _DEGREES or statement.subject in _SHAPE or statement.subject == _BATCH
    return known and statement.relation is Relation.IS and statement.scope.role is Role.PLAN


def _several(told: Sequence[Statement], by_start: Mapping[int, Sentence]) -> set[tuple[str, object]]:
    """The keys of which one table or one list gives several values, each with the table or the list."""
    values: dict[tuple[str, object], set[object]] = defaultdict(set)
    for each in told:
        sentence = by_start.get(each.context.start)
        if sentence is not None and each.subject not in _SHAPE and (place := _listed(each, sentence)):
            values[each.subject, place].add(each.value)
    return {place for place, found in values.items() if len(found) > 1}


def _listed(statement: Statement, sentence: Sentence) -> object:
    """The table of a cell, the list of an item without a label and without a phase."""
    if sentence.block.kind is Kind.CELL:
        return _phase(statement), sentence.block.group
    loose = sentence.block.kind is Kind.ITEM and not sentence.key and not statement.scope.strategy
    return (sentence.scope.path, sentence.lead) if loose else None


def _phase(statement: Statement) -> str:
    """The phase that a statement is about, which has degrees of its own; "" for any other name."""
    return statement.scope.strategy if statement.scope.strategy in PHASES else ""


def _is_beside(statement: Statement, sentence: Sentence | None, rows: set[tuple[str, object]]) -> bool:
    """Whether a place may speak of something else than the plan."""
    if sentence is None:
        return False
    kind = sentence.block.kind
    if kind is Kind.CELL:
        return _is_of_measure(statement, sentence) or (statement.subject, _listed(statement, sentence)) in rows
    if statement.subject == _BATCH:
        return False
    if OPTION.match(sentence.text) or (kind is Kind.HEADING and sentence.text.lstrip(" *#")[:1] in _QUOTES):
        return True
    if kind not in (Kind.ITEM, Kind.PARAGRAPH) or _is_labelled(statement, sentence):
        return False
    of_any = (
        re.search(_ANY_MODEL, sentence.text) is not None or (statement.subject, _listed(statement, sentence)) in rows
    )
    return of_any or (statement.subject in _DEGREES and not _decides(statement, sentence))


def _is_of_measure(statement: Statement, sentence: Sentence) -> bool:
    """Whether the label of a row says what might be done: "back to PP=4"."""
    before = sentence.text[: statement.span.start - sentence.start] if statement.subject != _BATCH else ""
    return not sentence.key and re.search(r"[a-z]{3}", before) is not None


def _is_labelled(statement: Statement, sentence: Sentence) -> bool:
    """Whether a degree stands in a label or right behind one, not in the sentence that a remark or a name opens."""
    if not sentence.key or statement.span.start >= sentence.key[-1].end + _NEAR:
        return False
    return not any(token.stem in _SPEAKERS for token in sentence.value if token.end <= statement.span.start)


def _is_of_any(statement: Statement, sentence: Sentence) -> bool:
    """Whether a sentence asks or tells of any model: "a model has 64 experts, how many …"."""
    asks = not _WEIGHS.isdisjoint(sentence.stems)
    return asks if statement.subject in _DEGREES else re.match(_ANY_MODEL, sentence.text) is not None


def _decides(statement: Statement, sentence: Sentence) -> bool:
    """Whether running text gives a degree as the plan's: "we use TP=8", "- TP 8 inside a node"."""
    if not _WEIGHS.isdisjoint(sentence.stems) or statement.subject.endswith(_MEANS):
        return False
    if any(not token.stem.isascii() for token in sentence.tokens):
        return True  # in a script whose verbs are not known here
    at = next((n for n, token in enumerate(sentence.tokens) if token.end > statement.span.start), 0)
    if re.match(_LIST, sentence.text):
        return True
    under = any(token.stem in _UNDER for token in sentence.tokens[max(0, at - 3) : at])
    if statement.scope.strategy or sentence.block.kind is Kind.ITEM:
        return not under  # a phase may have a layout of its own, and an item gives it at once
    return any(token.stem in _DECIDES for token in sentence.tokens[:at])
