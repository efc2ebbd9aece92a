"""yq and jq, as scripts use them to turn a file into arguments: paths into it, and its entries as words."""

from __future__ import annotations

import re

from stratc.codec.positions import Fault, Node
from stratc.frontends.launch.traced import EMPTY, Traced, computed, joined

Entry = tuple[Traced, Traced]
_PATH = re.compile(
    r"(?P<path>(?:\.\w+|\.\"[^\"]+\"|\.?\[(?:\"[^\"]+\"|\d{1,4})\])+)(?: // (?P<else>\"[^\"]*\"|-?[\d.]+))?"
)
_STEP = re.compile(r"\.(\w+)|\.?\[?\"([^\"]+)\"\]?|\.?\[(\d+)\]")
_SELECT = re.compile(r"select\(\.value (==|!=) \"([^\"]*)\"\)")
_CLEAR = re.compile(r"with\(select\(\.value == \"([^\"]*)\"\); ?\.value = \"([^\"]*)\"\)")
_ROW = re.compile(r"\[?\.key \+ \"([^\"]*)\" \+ \.value\]?")
_FILLED = re.compile(r"\"((?:[^\"\\]|\\\(\.(?:key|value)(?: ?\| ?tostring)?\))*)\"")
_PART = re.compile(r"\\\(\.(key|value)(?: ?\| ?tostring)?\)")
_JOIN = re.compile(r"join\(\"([^\"]*)\"\)")
_MAP = re.compile(r"map\((.*)\)")
_KEPT = re.compile(r"\.\[\]|join\(\"[^\"]*\"\)|\.\.\. comments ?= ?\"\"|\.")


def answer(expression: str, document: Traced) -> Traced | None:
    """The output of an expression over a document; None where it is none of the few that are known."""
    from stratc.frontends.launch.yaml import parse

    root = parse(document.text)
    if isinstance(root, Fault):
        return None
    node: Node = root
    entries: list[Entry] | None = None
    between, listed = "\n", False
    for step in _steps(expression):
        if (path := _PATH.fullmatch(step)) and entries is None:
            node = _below(node, path["path"])
            if path["else"] and node.value in (None, False):
                return computed(path["else"].strip('"'), document.part(node.start, node.start + 1))
        elif step in ("to_entries", "to_entries[]") and isinstance(node.value, dict):
            entries = [(_key(name, node, document), _value(each, document)) for name, each in node.value.items()]
        elif entries is not None and (told := _changed(entries, step)) is not None:
            entries, listed = told, listed or step.startswith("map(")
        elif entries is not None and listed and (row := _JOIN.fullmatch(step)):
            between = row[1]
        elif not _KEPT.fullmatch(step):
            return None
    if entries is None:
        return _value(node, document) if not isinstance(node.value, (dict, list)) else None
    rows = [part for key, value in entries for part in (Traced(between, (-1,) * len(between)), key, value)]
    return joined([*rows[1:], Traced("\n", (-1,))]) if entries else EMPTY


def _steps(expression: str) -> list[str]:
    """The parts of an expression between its pipes, those inside quotes and brackets aside."""
    found, depth, start, quoted = [], 0, 0, False
    for index, char in enumerate(expression):
        quoted ^= char == '"'
        depth += 0 if quoted else (char in "([") - (char in ")]")
        if char == "|" and not quoted and not depth:
            found.append(expression[start:index])
            start = index + 1
    return [" ".join(each.split()) for each in (*found, expression[start:])]


def _below(node: Node, path: str) -> Node:
    for match in _STEP.finditer(path):
        if isinstance(node.value, list) and match[3]:
            found = node.value[int(match[3])] if int(match[3]) < len(node.value) else None
        else:
            found = node.value.get(match[1] or match[2]) if isinstance(node.value, dict) else None
        node = found if found is not None else Node(None, node.start, node.start)
    return node


def _key(name: str, node: Node, document: Traced) -> Traced:
    place = next((start for key, start, _ in node.keys if key == name), -1)
    return computed(name, document.part(place, place + len(name)) if place >= 0 else EMPTY)


def _value(node: Node, document: Traced) -> Traced:
    """A plain value as yq prints it."""
    written = document.part(node.start, node.end)
    if node.value is None:
        return computed("null", written)
    text = str(node.value) if isinstance(node.value, str) else written.text
    return written if text == written.text else computed(text, written)


def _changed(entries: list[Entry], step: str) -> list[Entry] | None:
    """The entries that a step keeps or rewrites; None where it is no such step."""
    if mapped := _MAP.fullmatch(step):
        return _changed(entries, mapped[1])
    if kept := _SELECT.fullmatch(step):
        return [each for each in entries if (each[1].text == kept[2]) == (kept[1] == "==")]
    if cleared := _CLEAR.fullmatch(step):
        return [(key, computed(cleared[2], value) if value.text == cleared[1] else value) for key, value in entries]
    if row := _ROW.fullmatch(step):
        return [(joined([key, Traced(row[1], (key.place,) * len(row[1]))]), value) for key, value in entries]
    if filled := _FILLED.fullmatch(step):
        return [(_filled(filled[1], key, value), EMPTY) for key, value in entries]
    return None


def _filled(text: str, key: Traced, value: Traced) -> Traced:
    """A text with a key and its value in their places."""
    parts: list[Traced] = []
    at = 0
    for hole in _PART.finditer(text):
        before = text[at : hole.start()]
        parts += [Traced(before, (key.place,) * len(before)), key if hole[1] == "key" else value]
        at = hole.end()
    return joined([*parts, Traced(text[at:], (key.place,) * len(text[at:]))])
