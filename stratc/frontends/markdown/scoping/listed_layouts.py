"""Layouts that a list weighs item by item: "1. TP16 — … Rejected. 2. TP8 × DP2 — … Chosen."; and the reader's own."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.words.vocabulary import CHOSEN, words
from stratc.ir.scope import Role
from stratc.ir.strategy import DEGREES
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_LAYOUT = Pattern(
    r"(?i)\W*(?:(?:TP|PP|DP|EP|CP|SP)\s?=?\s?\d{1,5}\s*[×x*+,/&]?\s*){1,5}(?:\*\*|:|\(|—|–|-|(?:[a-z]+ ){0,6}[a-z]+:)",
    "tp|pp|dp|ep|cp|sp",
)
_OFFERS = Pattern(
    r"(?i)[\W\d]*(?:other |further )?(?:options|alternatives|candidates|variants)(?: (?:considered|weighed))?\W*",
    "option|alternative|candidate|variant",
)
_COMPARES = Pattern(
    r"(?i)\W*(?:[\d.]+\W+)?(?:comparison|compared|versus|vs|against|对比|比较)\b.*\b(?:TP|PP|DP|EP|CP)\s?=?\s?\d",
    "compar|versus|vs|against|对比|比较",
)
_TAKEN = rf"(?i)(?<!not )\b(?:{CHOSEN}|we take|we choose)\b"
_LEFT = (
    r"(?i)\b(?:rejected|not chosen|ruled out|discarded|dismissed|not selected|not recommended"
    r"|dropped|abandoned|turned down|not taken|(?:does|do|did|will)(?:n't| not) fit)\b"
)
_PLANS = words("plan proposal strategy layout draft version suggestion")
_TELLS = words("use used has had propose proposed ask asked put was took take")
_NEW = r"(?i)\b(?:optimi[sz]ed|revised|improved|corrected|proposed|new version|v2|alternative plan)\b"


def of_listed_layouts(said: Sequence[Sentence], statements: Sequence[Statement]) -> list[Statement]:
    """The statements, those of listed layouts that are not taken as alternatives, those of "your plan" as earlier."""
    turned = {**_rejected(said), **_yours(said), **_compared(said)}
    roles = {**_offered(said, statements), **turned}
    if not roles:
        return list(statements)
    own = [each for each in statements if each.scope.role is Role.PLAN and each.context.start not in roles]
    prose = {each.start for each in said if each.block.kind is Kind.PARAGRAPH and len(each.key) != 1}
    labelled = {each.subject for each in own if each.context.start not in prose}
    left = {(each.subject, each.value) for each in statements if each.context.start in turned}
    told = {id(each): roles[each.context.start] for each in statements if each.context.start in roles}
    for each in own:
        if each.context.start in prose and each.subject in DEGREES - labelled and (each.subject, each.value) in left:
            told[id(each)] = Role.ALTERNATIVE  # what running text says of a layout that was turned down
    return [
        replace(each, scope=replace(each.scope, role=told[id(each)]))
        if id(each) in told and each.scope.role is Role.PLAN
        else each
        for each in statements
    ]


def _rejected(said: Sequence[Sentence]) -> dict[int, Role]:
    """Where the sentences of items begin that weigh a layout which is not taken, in lists of which one item is."""
    lists: dict[tuple[tuple[str, ...], int], dict[int, str]] = {}
    starts: dict[int, list[int]] = {}
    for each in said:
        if each.block.kind is not Kind.ITEM:
            continue
        starts.setdefault(each.block.start, []).append(each.start)
        items = lists.setdefault((each.scope.path, each.block.group), {})
        items[each.block.start] = f"{items.get(each.block.start, '')} {each.text}"
    found: dict[int, Role] = {}
    for items in lists.values():
        weighed = {start: text for start, text in items.items() if _LAYOUT.match(text)}
        left = [start for start, text in weighed.items() if re.search(_LEFT, text)]
        taken = [start for start, text in weighed.items() if re.search(_TAKEN, text) and start not in left]
        for start in (each for each in weighed if len(taken) == 1 or each in left):
            if start not in taken:
                found.update(dict.fromkeys(starts[start], Role.ALTERNATIVE))
    return found


def _compared(said: Sequence[Sentence]) -> dict[int, Role]:
    """Where sentences begin below a heading that only compares a layout with that of the plan."""
    return {each.start: Role.ALTERNATIVE for each in said if any(map(_COMPARES.match, each.sections[-1:]))}


def _offered(said: Sequence[Sentence], statements: Sequence[Statement]) -> dict[int, Role]:
    """Where items begin that give a layout under "Options", in a plan that gives its own outside of them."""
    items = {
        each.start
        for each in said
        if each.block.kind is Kind.ITEM
        and _LAYOUT.match(each.text)
        and any(_OFFERS.fullmatch(title) for title in (*each.lead[-1:], *each.sections[-1:]))
    }
    own = {
        each.subject
        for each in statements
        if each.subject in DEGREES and each.scope.role is Role.PLAN and each.context.start not in items
    }
    return dict.fromkeys(items, Role.ALTERNATIVE) if len(items) > 1 and len(own) > 1 else {}


def _yours(said: Sequence[Sentence]) -> dict[int, Role]:
    """Where sentences begin that tell of the plan that was handed in, in an answer that improves on it."""
    asked = [each for each in said if _is_yours(each)]
    improves = asked and any(re.search(_NEW, title) for each in said for title in each.sections[-1:])
    return {each.start: Role.EARLIER for each in asked} if improves else {}


def _is_yours(sentence: Sentence) -> bool:
    tokens = sentence.tokens[:3]
    if len(tokens) < 3 or tokens[0].stem != "your" or tokens[1].stem not in _PLANS:
        return False
    return tokens[2].sign == ":" or tokens[2].stem in _TELLS
