"""Options that a plan weighs one below another: "Option A: TP8", "### Layout 2", "v3 (current): TP2, DP4"."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.words.vocabulary import CHOSEN
from stratc.ir.scope import Role
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_KINDS = (
    r"option|variant|config(?:uration)?|layout|strategy|candidate|scheme|design|alternative|scenario|approach|version|"
    r"proposal|plan|setup|method"
)
_NUMBER = r"(?:\d{1,2}|[A-H]|[IVX]{1,4})"
_NAMED = (
    rf"(?:(?i:{_KINDS})\s*#?{_NUMBER}|[vV]\d{{1,2}}|(?:方案|选项|策略|配置)\s*(?:[一二三四五六]|{_NUMBER}))(?!\w|\.\d)"
)
OPTION = re.compile(rf"[^\w]*(?:\d+[.)]\s*)?(?P<name>{_NAMED})")
# Rarely needed, and compiled only then:
_OPENS = r"\s*(?:\([^)]*\)\s*)?[:：—–-]"
_DECIDES = r"(?i)decision|choice|chosen|recommend|selected|conclusion|结论|决定|决策|推荐"
_TAKEN = rf"(?<!not )(?<!n't )(?:{CHOSEN}|current|final|proposed|winner)|✅|✓|(?<!不)推荐|选定|选用|采用|当前"
_MARKED = rf"(?i)(?:\s*[:：]|[^:：]{{0,60}}?[(（\[—–-]?)\s*(?:{_TAKEN})"
_CHOICE = (
    r"(?i)\b(?:take|took|choose|chose|select|selected|recommend|recommended|adopt|adopted|go with|went with|pick|"
    rf"picked|prefer|decision|final choice|chosen)\b[^.\n]{{0,30}}?\b(?P<name>{_NAMED})"
    rf"|(?P<named>{_NAMED}) (?:is|was|has been) (?:chosen|selected|recommended|adopted|preferred|our choice|the winner)"
    rf"|(?:选择|选定|采用|推荐)\s*(?P<said>{_NAMED})"
    rf"|\b(?:choice|decision|recommendation|selected|winner|verdict|conclusion)\s*[:：]\W{{0,4}}(?P<decided>{_NAMED})"
)
_LONE = Pattern(
    r"(?i)\b(?:(?:choice|decision|chosen|recommendation|selected) *[:：]|we (?:pick|choose|take|select|go with))"
    r" *\W{0,3}(?-i:(?P<name>[A-H]))\b(?![-'])",
    "choice|decision|chosen|recommendation|selected|we",
)
_ANNOUNCED = Pattern(r"(?i)\b(?:options|alternatives|candidates|variants|layouts|proposals)\b|方案|选项")
_LETTERED = r"\W*(?P<name>[A-H])(?:[.)]\s|\W*$)"
_WITH_DEGREES = Pattern(  # "**A (TP8 × PP4).** …"
    r"\W*(?P<name>[A-H])\W{1,4}(?=(?:TP|PP|DP|EP)\s?=?\s?\d)", "TP|PP|DP|EP"
)
_DEGREES = frozenset(f"strategy.{name}" for name in ("tp", "pp", "dp", "ep", "cp", "device_count"))


def of_options(said: Sequence[Sentence], statements: Sequence[Statement]) -> list[Statement]:
    """The statements, each with the option that it is about where a plan weighs several that differ.

    What is said of an option that a mark or a sentence chooses is said of the plan, and the others are alternatives;
    where none is chosen, each stands for itself.
    """
    named = dict(_named(said))
    groups: dict[str, dict[str, object]] = {}
    for each in statements:
        name = named.get(each.context.start)
        if name and each.subject in _DEGREES and each.scope.role is Role.PLAN and not each.scope.strategy:
            groups.setdefault(name, {}).setdefault(each.subject, each.value)
    if len(groups) < 2:
        return list(statements)
    chosen = (_chosen(said, named) | _chosen_letters(said, groups)) & set(groups)
    taken = next(iter(chosen)) if len(chosen) == 1 else ""
    if not (taken and taken[-2:-1] == " " and taken[-1].isalpha()) and not _differ(list(groups.values())):
        return list(statements)
    return [
        _of_option(each, name, taken) if (name := named.get(each.context.start, "")) in groups else each
        for each in statements
    ]


def of_their_options(
    said: Sequence[Sentence], statements: Sequence[Statement], later: Sequence[Statement]
) -> list[Statement]:
    """Statements that were found later, each in the role of the option that its sentence is about."""
    if not later:
        return []
    named = dict(_named(said))
    known = {name: each.scope for each in statements if (name := named.get(each.context.start))}
    found = []
    for each in later:
        scope = known.get(named.get(each.context.start, ""))
        if scope and each.scope.role is Role.PLAN:
            strategy = each.scope.strategy or scope.strategy
            each = replace(each, scope=replace(each.scope, role=scope.role, strategy=strategy))
        found.append(each)
    return found


def _named(said: Sequence[Sentence]) -> Iterator[tuple[int, str]]:
    """Where the sentences of an option begin, with its name: from their label, or from a label or heading above."""
    block, letter = -1, ""
    decided: dict[tuple[str, ...], str] = {}  # what a section settles on, of which the rest of it speaks
    for sentence in said:
        if sentence.block.kind is Kind.CELL:
            continue
        if sentence.block.start != block:
            block, letter = sentence.block.start, _letter(sentence) or _opening(sentence)
        if _is_below_option(sentence) and (taken := choices((sentence,))):
            decided[sentence.scope.path] = next(iter(taken))
        letter = letter or decided.get(sentence.scope.path, "")
        if letter:
            yield sentence.start, letter
            continue
        label = sentence.text if sentence.key or sentence.block.kind is Kind.HEADING else ""
        for title in (label, *reversed(sentence.lead), *reversed(sentence.sections)):
            if title and (found := OPTION.match(title)):
                yield sentence.start, _plain(found["name"])
                break
        else:
            if below := _lettered_section(sentence.sections):
                yield sentence.start, below


def _lettered_section(sections: Sequence[str]) -> str:
    """The name of an option whose letter begins a heading below one that announces options: "### A. TP8 × PP2"."""
    for above, title in pairwise(sections):
        if _ANNOUNCED.search(above) and (found := re.match(_LETTERED, title)):
            return f"option {found['name'].lower()}"
    return ""


def _is_below_option(sentence: Sentence) -> bool:
    """Whether a paragraph stands under the heading of an option, where a plan may go on to what it decides."""
    return sentence.block.kind is Kind.PARAGRAPH and any(OPTION.match(title) for title in sentence.sections)


def _opening(sentence: Sentence) -> str:
    """The name of an option that a whole paragraph or item is about: "**Option B – TP8 × DP2.** Two replicas …"."""
    found = OPTION.match(sentence.text)
    return _plain(found["name"]) if found and re.match(_OPENS, sentence.text[found.end() :]) else ""


def _letter(sentence: Sentence) -> str:
    """The name of an option that a letter begins under a heading that announces options: "**B. TP4, two a node.**"."""
    announced = any(_ANNOUNCED.search(title) for title in (*sentence.sections[-1:], *sentence.lead[-1:]))
    found = re.match(_LETTERED, sentence.text) if announced else _WITH_DEGREES.match(sentence.text)
    return f"option {found['name'].lower()}" if found else ""


def choices(said: Sequence[Sentence]) -> set[str]:
    """The names of options that sentences choose: "option b"."""
    found = (match for sentence in said for match in re.finditer(_CHOICE, sentence.text))
    names = [next(filter(None, match.groups())) for match in found]
    return {_plain(name) for name in (*names, *_decided(said))}


def _decided(said: Sequence[Sentence]) -> Iterator[str]:
    """The options that a label decides for: "Recommendation: Method 2 has the best throughput"."""
    for sentence in said:
        if sentence.key and sentence.value and re.search(_DECIDES, sentence.key_text):
            found = OPTION.match(sentence.text, sentence.value[0].start - sentence.start)
            if found:
                yield found["name"]


def _chosen(said: Sequence[Sentence], named: dict[int, str]) -> set[str]:
    """The options that a mark on their label or a sentence of the plan chooses."""
    found = set()
    for sentence in said:
        option = OPTION.match(sentence.text)
        if option and any(re.search(_DECIDES, title) for title in sentence.sections[-1:]):
            found.add(_plain(option["name"]))
        if option and sentence.start in named and re.match(_MARKED, sentence.text[option.end() :]):
            found.add(_plain(option["name"]))
    return found | choices(said)


def letters_chosen(said: Sequence[Sentence]) -> set[str]:
    """The letters that a line or a sentence chooses: "Choice: C", "we take option C"."""
    alone = {found["name"].lower() for each in said for found in _LONE.finditer(each.text)}
    return alone | {name.rpartition(" ")[2] for name in choices(said)}


def _chosen_letters(said: Sequence[Sentence], names: Iterable[str]) -> set[str]:
    """The options that their letter alone chooses: "Choice: C" takes "method c"."""
    letters = letters_chosen(said)
    return {name for name in names if name.rpartition(" ")[2] in letters}


def _plain(name: str) -> str:
    return " ".join(name.lower().replace("#", " ").split())


def _differ(groups: list[dict[str, object]]) -> bool:
    """Whether two options give one degree differently; parts of one strategy give different degrees."""
    return any(key in other and other[key] != value for one in groups for other in groups for key, value in one.items())


def _of_option(statement: Statement, name: str, taken: str) -> Statement:
    if statement.scope.role is not Role.PLAN or statement.scope.strategy or name == taken:
        return statement
    if taken:
        return replace(statement, scope=replace(statement.scope, role=Role.ALTERNATIVE))
    return replace(statement, scope=replace(statement.scope, strategy=name))
