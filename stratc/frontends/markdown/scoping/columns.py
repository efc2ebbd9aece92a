"""Tables whose columns or rows are plans, of which one is meant: "week 2 | week 3", "v1 | v2", "(proposed)"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.frontends.markdown.devices.of_all import of_all_devices
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.kinds import KIND
from stratc.frontends.markdown.scoping.options import choices, letters_chosen
from stratc.frontends.markdown.scoping.verdict_rows import rows_turned_down
from stratc.frontends.markdown.words.vocabulary import CHOSEN, words
from stratc.ir.scope import Role
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence

_TIME = Pattern(
    r"(?i)\s*(?:(?:week|month|day|quarter|year|q|第)\s?(?P<n>\d{1,4})\s?(?:周|月|天|季度|年)?"
    r"|(?P<han>\d{1,4})\s?(?:周|月|年)"
    r"|(?:(?:plan|draft|方案)\s)?(?:v|ver\.?|version|rev\.?|revision|版本)\s?(?P<version>\d{1,2}))"
    r"\s*(?:[(（][^()（）]*[)）])?\s*"
)
_OWN = Pattern(r"(?i)\s*(?:this (?:plan|version|draft|design)|本方案|本版|新方案|现方案)\s*", "this|本|方案")
_BEFORE = Pattern(
    r"(?i)\s*(?:before|old|previous|current|today|existing|former|as[- ]is|旧|原)(?: (?:plan|layout|setup|config\w*|"
    r"deployment|方案))?\s*"
)
_AFTER = Pattern(
    r"(?i)\s*(?:after|new|proposed|planned|target|to[- ]be|future|新)(?: (?:plan|layout|setup|config\w*|"
    r"deployment|方案))?\s*"
)
_LETTER = Pattern(
    r"(?i)\s*(?:(?:option|variant|layout|plan|method|scheme|strategy|setup|方案)\s)?(?P<name>[A-H])\s*"
    r"|\s*(?:option|variant|layout|method|scheme|strategy|setup|方案)\s(?P<number>\d)\s*"
)
_LETTERED = Pattern(r"\W*(?P<name>[A-H])(?:[:：.)] |(?P<bare>\W*)$)")
_LAYOUT = Pattern(
    r"(?i)\s*(?:[A-H][:.)]?\s+)?(?:(?:TP|PP|DP|EP|CP|SP)\s?=?\s?\d{1,5}(?:\s?[×x*+,/_ -]?\s?|$)){1,6}",
    "tp|pp|dp|ep|cp|sp",
)
_DEGREE = Pattern(r"(?i)\b(?P<axis>TP|PP|DP|EP|CP|SP)\s?[=:]?\s?(?P<n>\d{1,5})(?!\.?\d)", "tp|pp|dp|ep|cp|sp")
_METHODS = words("method strategy approach scheme option variant configuration layout plan setup 方案 方法 策略")
_CANDIDATES = words("option candidate alternative variant 选项 候选")
_PROPOSED = Pattern(
    rf"(?i)\b(?:proposed|ours|our (?:method|plan)|{CHOSEN})\b", "propos|our|plan|chosen|select|recommend|adopt|prefer"
)
_COUNTED = Pattern(r"(?i)(?:\d|\b(?:one|a|two|three|four|six|eight))\s?(?:[×x]\s?)?(?:\s*(?:DGX|HGX) )?$")


def columns(said: Sequence[Sentence], text: str) -> Iterator[Sentence]:
    """The sentences of a text, each cell in the role of its column where columns stand for several plans.

    Of times the last is the plan, of options the one that is chosen, of machines those of the rest of the document;
    the others are earlier or alternatives.
    """
    tables: dict[int, dict[int, str]] = {}
    for each in said:
        if is_value(each):
            place = each.block.header
            tables.setdefault(each.block.group, {})[place[0]] = text[slice(*place)].strip(" *`")
    every = [head for heads in tables.values() for head in heads.values()]
    chosen = choices(said) if any(_LETTER.fullmatch(head) for head in every) else set()
    counted = _kinds_of_plan(said) if any(KIND.match(head) for head in every) else set()
    degrees = degrees_of_plan(said) if any(_DEGREE.search(head) for head in every) else set()
    roles = {
        start: role
        for heads in tables.values()
        for start, role in (_roles(heads, chosen, counted) or _of_layouts(heads, degrees)).items()
    }
    others = _rows_beside_proposed(said) | _rows_beside_own(said, text) | rows_turned_down(said)
    wholes = {start for heads in tables.values() for start in of_all_devices(heads)}
    for each in said:
        role = roles.get(each.block.header[0]) if is_value(each) else None
        each = each._replace(of_all=True) if each.block.header[0] in wholes and is_value(each) else each
        if others and each.block.kind is Kind.CELL and (each.key or each.tokens):
            role = role or others.get(each.block.label[0])
        yield each._replace(scope=replace(each.scope, role=role)) if role and _may_turn(each) else each


def _rows_beside_proposed(said: Sequence[Sentence]) -> dict[int, Role]:
    """The rows of methods by where they begin, of which another one is marked as the plan's: "Layered (proposed)"."""
    tables: dict[int, dict[int, bool]] = {}
    layouts: dict[int, dict[int, set[tuple[str, int]]]] = {}
    lettered: dict[int, dict[int, bool]] = {}
    bare: set[int] = set()  # tables whose rows have letters and no more, each of which stands for itself
    chosen: set[str] | None = None
    for each in said:
        if each.block.kind is Kind.CELL and not each.key and each.tokens and _METHODS & {t.stem for t in each.header}:
            row = tables.setdefault(each.block.group, {})
            row[each.block.label[0]] = bool(_PROPOSED.search(each.text))
            if _CANDIDATES & {token.stem for token in each.header} and _LAYOUT.fullmatch(each.text):
                layouts.setdefault(each.block.group, {})[each.block.label[0]] = _degrees(each.text)
            if found := _LETTERED.match(each.text):
                chosen = letters_chosen(said) if chosen is None else chosen
                letter = lettered.setdefault(each.block.group, {})
                letter[each.block.label[0]] = found["name"].lower() in chosen
                bare.update([each.block.group] if found["bare"] is not None else ())
    named = {group: rows for group, rows in lettered.items() if group not in bare or any(rows.values())}
    named.update({group: _of_plan_alone(rows, said) for group, rows in layouts.items() if len(rows) > 1})
    marked = [*(rows for rows in tables.values() if sum(rows.values()) == 1), *named.values()]
    return {start: Role.ALTERNATIVE for rows in marked for start, meant in rows.items() if not meant}


def _rows_beside_own(said: Sequence[Sentence], text: str) -> dict[int, Role]:
    """The rows of layouts by where they begin, beside the one in bold or the only one without other degrees."""
    tables: dict[int, dict[int, set[tuple[str, int]]]] = {}
    for each in said:
        if each.block.kind is Kind.CELL and not each.key and each.tokens and _LAYOUT.fullmatch(each.text):
            tables.setdefault(each.block.group, {})[each.block.label[0]] = _degrees(each.text)
    tables = {group: rows for group, rows in tables.items() if _are_weighed([*rows.values()])}
    if not tables:
        return {}
    degrees = degrees_of_plan(said)
    axes = {axis for axis, _ in degrees}
    roles: dict[int, Role] = {}
    for rows in tables.values():
        bold = [start for start in rows if text.startswith("**", start)]
        fit = [start for start, row in rows.items() if all(each in degrees for each in row if each[0] in axes)]
        if len(own := bold if len(bold) == 1 else fit) == 1:
            roles.update((start, Role.ALTERNATIVE) for start in rows if start not in own)
    return roles


def _are_weighed(rows: Sequence[set[tuple[str, int]]]) -> bool:
    """Whether all rows are layouts for one job: two degrees in one of them, and an axis that two give differently."""
    every = set().union(*rows)
    return any(len(row) > 1 for row in rows) and len(every) > len({axis for axis, _ in every})


def _of_plan_alone(rows: Mapping[int, set[tuple[str, int]]], said: Sequence[Sentence]) -> dict[int, bool]:
    """Whether each row of candidates is the only one whose degrees the plan has."""
    degrees = degrees_of_plan(said)
    own = [start for start, row in rows.items() if row <= degrees]
    return {start: own == [start] for start in rows}


def is_value(sentence: Sentence) -> bool:
    """Whether a cell has a label and stands below a heading."""
    return sentence.block.kind is Kind.CELL and bool(sentence.header and sentence.key)


def _may_turn(sentence: Sentence) -> bool:
    return sentence.scope.role in (Role.PLAN, Role.TARGET)


def _roles(heads: Mapping[int, str], taken: set[str], counted: set[str]) -> dict[int, Role]:
    """The role of each column by where its heading stands, of all that are not the plan's own."""
    times = {
        start: int(found["n"] or found["han"] or found["version"])
        for start, head in heads.items()
        if (found := _TIME.fullmatch(head))
    }
    if len(set(times.values())) > 1:
        return {start: Role.EARLIER for start, n in times.items() if n < max(times.values())}
    if times and any(_OWN.fullmatch(head) for head in heads.values()):
        return dict.fromkeys(times, Role.EARLIER)
    if before := {start for start, head in heads.items() if _BEFORE.fullmatch(head)}:
        after = any(_AFTER.fullmatch(head) for head in heads.values())
        return dict.fromkeys(before if after else (), Role.EARLIER)
    letters = {
        start: (found["name"] or found["number"]).lower()
        for start, head in heads.items()
        if (found := _LETTER.fullmatch(head))
    }
    if len(set(letters.values())) > 1:
        chosen = {name.split()[-1] for name in taken} & set(letters.values())
        return {start: Role.ALTERNATIVE for start, name in letters.items() if chosen != {name}}
    kinds = {start: found[0].split("-")[0].split()[-1] for start, head in heads.items() if (found := KIND.match(head))}
    if len(set(kinds.values())) > 1 and len(set(kinds.values())) == len(kinds):
        own = {kind for kind in kinds.values() if kind in counted}
        return {start: Role.ALTERNATIVE for start, kind in kinds.items() if own != {kind}}
    return {}


def _of_layouts(heads: Mapping[int, str], degrees: set[tuple[str, int]]) -> dict[int, Role]:
    """Columns of layouts that are compared, all but the one whose degrees the plan has: "| | EP8 | EP128 |"."""
    named = {start: _degrees(head) for start, head in heads.items() if _LAYOUT.fullmatch(head)}
    if len({frozenset(each) for each in named.values()}) < 2:
        return _of_another(heads, degrees)
    own = [start for start, each in named.items() if each <= degrees]
    return {start: Role.ALTERNATIVE for start in named if own != [start]}


def _of_another(heads: Mapping[int, str], degrees: set[tuple[str, int]]) -> dict[int, Role]:
    """Columns whose headings give degrees that the plan has not, beside others: "| | Old (TP8 × DP11) | New |"."""
    others = [start for start, head in heads.items() if not _degrees(head) <= degrees]
    return dict.fromkeys(others, Role.ALTERNATIVE) if degrees and len(others) < len(heads) else {}


def _degrees(text: str) -> set[tuple[str, int]]:
    return {(match["axis"].lower(), int(match["n"])) for match in _DEGREE.finditer(text)}


def degrees_of_plan(said: Sequence[Sentence]) -> set[tuple[str, int]]:
    """The degrees that sentences of the plan give outside tables and titles."""
    return {degree for each in _of_plan(said) for degree in _degrees(each.text)}


def _of_plan(said: Sequence[Sentence]) -> Iterator[Sentence]:
    """What a plan says of itself outside tables and titles."""
    return (each for each in said if each.scope.role is Role.PLAN and each.block.kind not in (Kind.CELL, Kind.HEADING))


def _kinds_of_plan(said: Sequence[Sentence]) -> set[str]:
    """The devices that sentences of the plan count outside tables and titles."""
    found = (
        match
        for each in _of_plan(said)
        for match in KIND.finditer(each.text)
        if _COUNTED.search(each.text[: match.start()])
    )
    return {match[0].split("-")[0].split()[-1] for match in found}
