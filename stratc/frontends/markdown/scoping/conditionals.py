"""Sentences about what might be: "should the model grow, PP=2 would …", "with 64 GPUs we could …", "如果有 16 张卡"."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from stratc.arith.term import Apply
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.layout.counts import counted_rows
from stratc.frontends.markdown.words.vocabulary import DEVICES, words
from stratc.ir.scope import Role
from stratc.ir.statement import Relation
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_REMEDIES = words("mitigation fallback remedy remediation contingency countermeasure response 缓解措施 应对措施 应对")
_RISKS = words("risk mitigation 风险")
_CHOICES = frozenset(f"strategy.{name}" for name in ("tp", "pp", "dp", "ep", "cp", "sp", "device_count", "zero_stage"))
_IMAGINED = words("suppose supposing imagine")
_INVERTED = words("should were had")  # before their subject, at the head of a sentence
_SUBJECTS = words("the we you it this that there they our i more a an demand traffic memory")
_IF = words("if when whenever once as")
_TURNS = words(
    "had were grow growing growth scaling scale expand expanding extend double doubled doubling fail ever later "
    "outgrow become became upgrade moving migrating adding added arise tight insufficient available overload "
    "overloaded burst spike exceed unbalanced balance"
)
_LATER = {  # by the first word
    "in": (("in", "the", "future"), ("in", "case"), ("in", "future"), ("in", "the", "event")),
    "at": (("at", "a", "later"),),
    "later": (("later", "on"),),
    "down": (("down", "the", "road"),),
    "future": (("future", "work"),),
    "long": (("long", "term"),),
    "next": (("next", "year"),),
}
_IDEAL = words("ideal ideally theory")
_OPENING = 5  # tokens in which such words begin
_QUOTES = frozenset("\"'“”")
_CLAUSE_ENDS = frozenset(",:")
_LOADS = words(
    "workload.prompt_length workload.output_length workload.sequence_length workload.batch_size "
    "workload.micro_batch_size workload.micro_batches model.precision"
)
_BEFORE_THEM = {"fallback": words("a the our as"), "tried": words("we")}
_TURNED_FROM = frozenset(_BEFORE_THEM)
_MAY = words("may might could would can")
_CHANGES = words("change differ vary")
_MOVES = words("grow move scale switch extend expand add go upgrade try double")
_HAN = (
    "如果",
    "若",
    "假如",
    "倘若",
    "一旦",
    "将来",
    "未来",
    "考虑过",
    "曾考虑",
    "试过",
    "换成",
    "后续",
    "日后",
    "以后",
)
_LESSON = Pattern(
    r"(?i)\W*(?:lecture|tutorial|glossary|exercises?|talk notes|introduction to|how (?:does|do)\b|what (?:is|are)\b)"
    r"|.* explained\b",
    "lecture|tutorial|glossary|exercise|talk|introduction|how|what|explained",
)
_MANY = 3  # launches of a collection of recipes
_ASKS = ("?", "？")
_GIVEN = ("model.", "hardware.", "workload.", "mention.")  # which a question takes from the plan
_SINCE, _SPANS = words("from after until"), words("day week month quarter year")
_MOVING = words("move moving migrate migrating migration relocate replatform")
_CLAUSE = r"(?i)[,;:]|[—–-] |\b(?:but|because|since|while|whereas|so|as)\b"
_ELSEWHERE = Pattern(  # of another job than that of the plan
    r"(?i)\b(?:is|are|runs?|lives?|sits?|stays?|handled|served|trained|hosted) elsewhere\b"
    r"|\bnot (?:in|on|part of|a part of) this (?:job|plan|run|cluster|deployment|reservation)\b"
    r"|\b(?:in|on|by|of) (?:another|a separate|a different|somebody else's) (?:job|plan|deployment|reservation|team)\b",
    "elsewhere|not |another|separate|different|else's",
    "elsewhere|job|plan|run|cluster|deployment|reservation|team",
)
_MODAL = words("would could might may can possible if when later")


def of_conditions(sentence: Sentence, said: Iterable[Statement]) -> Iterator[Statement]:
    """The statements of a sentence, where one about what might be tells of no plan; its arithmetic stays."""
    whole = is_conditional(sentence) or _is_remedy(sentence) or _ELSEWHERE.search(sentence.text) is not None
    end = _end_of_ideal(sentence)
    risky = bool(_RISKS & {token.stem for title in sentence.above[:2] for token in title.tokens})
    would = "would" in sentence.stems
    for each in said:
        thought = whole or each.span.start < end or (would and (each.subject in _LOADS or _would(sentence, each)))
        yield imagined(each) if thought or (risky and each.subject in _CHOICES) else each


def _would(sentence: Sentence, statement: Statement) -> bool:
    """Whether the clause of a choice says what it would do: "PP=2 (32 + 32 layers) would also work"."""
    if statement.subject not in _CHOICES:
        return False
    text, at = sentence.text, statement.span.start - sentence.start
    behind = re.sub(r"\([^()]*\)", "", text[at:])
    return re.search(r"(?i)\bwould(?:n['’]?t)?\b", re.split(_CLAUSE, behind, maxsplit=1)[0]) is not None


def _is_remedy(sentence: Sentence) -> bool:
    """Whether a cell says what to do, should what its row speaks of come true."""
    return sentence.block.kind is Kind.CELL and any(token.stem in _REMEDIES for token in sentence.header)


def of_lessons(
    said: Sequence[Sentence], statements: Sequence[Statement], launched: Sequence[Statement]
) -> list[Statement]:
    """The statements, where a text that teaches, or starts one model after another, plans nothing of its own."""
    title = next((each.text for each in said if each.block.kind is Kind.HEADING), "")
    recipes = [each.value for each in launched if each.subject == "model.name"]
    if not _LESSON.match(title) and not (len(recipes) >= _MANY and len(set(recipes)) > 1):
        return list(statements)
    return [each if each.subject.startswith("setting.") else imagined(each) for each in statements]


def of_questions(said: Iterable[Sentence], statements: Sequence[Statement], text: str) -> list[Statement]:
    """The statements, without the claims of questions: "My MFU is 112 %?" says nothing of the plan."""
    asked = {
        each.start
        for each in said
        if each.has_digit
        and each.block.kind is not Kind.HEADING
        and text[each.end - 1 : each.end + 1].strip()[-1:] in _ASKS
    }
    return [
        imagined(each) if each.context.start in asked and not each.subject.startswith(_GIVEN) else each
        for each in statements
    ]


def _end_of_ideal(sentence: Sentence) -> int:
    """Where the words of what would be best end: "EP64 with one expert per GPU is the ideal, but only 32 are there"."""
    if _IDEAL.isdisjoint(sentence.stems):
        return 0
    turns = (token.start for token in sentence.tokens if token.stem in ("but", "however", "yet"))
    return next(turns, 0)


def is_conditional(sentence: Sentence) -> bool:
    """Whether a sentence opens with a condition that this plan does not meet, or speaks of a later time."""
    tokens = [token for token in sentence.tokens if token.sign not in _QUOTES]
    if len(tokens) < 3:
        return False
    first, second = tokens[0].stem, tokens[1].stem
    if first == "why" and second == "not":
        return True
    if not _TURNED_FROM.isdisjoint(sentence.stems) and any(
        one.stem in _BEFORE_THEM.get(two.stem, ()) for one, two in pairwise(tokens)
    ):
        return True
    if first in _IMAGINED or (first in _INVERTED and second in _SUBJECTS) or first.startswith(_HAN):
        return True
    if first in _IF:
        clause = {token.stem for token in takewhile(lambda token: token.sign not in _CLAUSE_ENDS, tokens)}
        if not clause.isdisjoint(_TURNS) or "more" in clause:
            return True
    opening = [token.stem for token in tokens[:_OPENING]]
    if first == "later" or any(
        tuple(opening[at : at + len(each)]) == each for at in range(3) for each in _LATER.get(opening[at], ())
    ):
        return True
    stems = [token.stem for token in tokens]
    if any(one in _MAY and two in _CHANGES for one, two in pairwise(stems)):
        return True
    if "we" not in sentence.stems:
        return False
    return any(
        one == "we" and two in _MAY and (three in _MOVES or (three == "later" and four in _MOVES))
        for one, two, three, four in zip(stems, stems[1:], stems[2:], [*stems[3:], ""], strict=False)
    )


def of_other_machines(said: Sequence[Sentence], statements: Sequence[Statement]) -> list[Statement]:
    """The statements, where one that weighs another number of devices is none of the plan's.

    "A 128 GPU cluster would give DP=16", in a plan for 8 devices; the rows of a table for other numbers of them.
    """
    modal = {
        sentence.start: named
        for sentence in said
        if sentence.has_digit and (_MODAL & sentence.stems or _begins_later(sentence.tokens))
        if (named := _named(sentence.tokens))
    }
    rows = {cell.tokens[0].start: n for cell in said if cell.block.kind is Kind.CELL and (n := counted_rows(cell))}
    devices = [each for each in statements if _counts_devices(each) and each.context.start not in modal]
    counted = {each.value for each in devices if each.span.start not in rows}
    weighed = {start for start, named in modal.items() if counted and not _are_parts(named, counted)}
    if counted and not counted.isdisjoint(rows.values()):  # one of the rows is the plan's
        weighed |= {each.start for each in said if each.key and rows.get(each.key[0].start, 0.0) not in {0.0, *counted}}
    open_ = set(rows.values()) if not counted else set()
    compared = {each.start for each in said if len(open_) > 1 and each.key and each.key[0].start in rows}
    return [
        imagined(each)
        if each.context.start in weighed or (each.context.start in compared and each.subject.startswith(_FACTS))
        else each
        for each in statements
    ]


def of_later_machines(said: Sequence[Sentence], statements: Sequence[Statement]) -> list[Statement]:
    """The statements, where a sentence that moves the plan to accelerators named nowhere else tells of a later one.

    "In spring the service moves to two H200", in a plan for A100.
    """
    kinds = [each for each in statements if each.subject == "hardware.accelerator" and each.scope.role is Role.PLAN]
    moving = {each.start for each in said if not _MOVING.isdisjoint(each.stems)} if len(kinds) > 1 else set()
    elsewhere = {each.value for each in kinds if each.context.start not in moving}
    here = {each.context.start for each in kinds if each.value in elsewhere}
    later = {each.context.start for each in kinds if elsewhere} - here
    return [imagined(each) if each.context.start in moving & later else each for each in statements]


_FACTS = ("strategy.", "workload.", "model.")  # which differ from row to row, where a plan leaves its devices open


def _begins_later(tokens: Sequence[Token]) -> bool:
    """Whether something begins or ends in the course of a run: "from day 60", "after week 3"."""
    return any(one.stem in _SINCE and two.stem in _SPANS for one, two in pairwise(tokens))


def _counts_devices(statement: Statement) -> bool:
    counts = statement.subject in ("hardware.device_count", "strategy.device_count")
    return counts and statement.scope.role is Role.PLAN and statement.relation is Relation.IS


def _are_parts(named: set[float], counted: Collection[object]) -> bool:
    """Whether a sentence may speak of all devices of the plan, or of an even part of them."""
    return any(isinstance(whole, int) and part and whole % part == 0 for whole in counted for part in named)


def _named(tokens: Sequence[Token]) -> set[float]:
    """The numbers of devices that a sentence names."""
    return {
        token.figure.value
        for token, after in pairwise(tokens)
        if token.figure is not None and token.figure.is_count and after.stem in DEVICES
    }


def imagined(statement: Statement) -> Statement:
    """A statement as one of another plan; a working keeps to be checked, whatever it is about."""
    if statement.scope.role not in (Role.PLAN, Role.TARGET):
        return statement
    if isinstance(statement.working, Apply) and statement.subject != "cache.load":  # which are tokens, not their bytes
        return replace(statement, subject="equation", goal=None)
    return replace(statement, scope=replace(statement.scope, role=Role.ALTERNATIVE))
