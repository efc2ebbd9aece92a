"""TOML with the place of every plain value: tables and keys, a line each."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from stratc.codec.positions import Fault, Node

_TABLE = re.compile(r"[ \t]*\[([\w.\"'-]+)\][ \t]*(?:#.*)?$")
_ENTRY = re.compile(r"[ \t]*([\w.\"'-]+)[ \t]*=[ \t]*((?:\"[^\"\n]*\"|'[^'\n]*'|[^#\n])*)")


def parse(text: str) -> Node | Fault:
    """Tables of plain values by name; or why the text is no TOML.

    >>> parse("[training]\\nseq_len = 8192 # long").at(("training", "seq_len"))
    Node(value=8192, start=21, end=25, keys=())
    """
    try:
        tomllib.loads(text.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        return Fault(str(error).partition(" (")[0].lower() or "no TOML", 0, 0)
    root: dict[str, Node] = {}
    table, at = root, 0
    for line in text.splitlines(keepends=True):
        if named := _TABLE.match(line.rstrip("\r\n")):
            table = _table(root, named[1], at)
        elif entry := _ENTRY.match(line):
            written = entry[2].rstrip()
            value = _value(written)
            if value is not None:
                start = at + entry.start(2)
                table[entry[1].strip("\"'")] = Node(value, start, start + len(written))
        at += len(line)
    return Node(root, 0, len(text))


def _table(root: dict[str, Node], name: str, at: int) -> dict[str, Node]:
    table = root
    for part in name.split("."):
        found = table.setdefault(part.strip("\"'"), Node({}, at, at)).value
        table = found if isinstance(found, dict) else {}
    return table


def _value(written: str) -> Any:
    """A plain value; None for arrays, tables and texts of several lines."""
    try:
        found = tomllib.loads(f"value = {written}")["value"]
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        return None
    return found if isinstance(found, (bool, int, float, str)) else None
