"""Texts inside a document: a value of several lines, each of its characters where the document writes it."""

from __future__ import annotations

from stratc.codec.positions import Node
from stratc.frontends.launch.traced import Traced


def scalar(node: Node, whole: Traced) -> Traced:
    """The text of a plain value; folded and indented lines are laid beside those of the document, sign by sign.

    >>> text = "a: |\\n  x\\n  y\\n"
    >>> list(scalar(Node("x\\ny\\n", 3, 13), Traced(text, range(len(text)))).at)
    [7, 8, 11, 12]
    """
    written = whole.part(node.start, node.end)
    text = node.value if isinstance(node.value, str) else written.text
    if text == written.text:
        return written
    places, at = [], 0
    for char in text:
        found = written.text.find(char, at)
        if found < 0 or (char.isspace() and written.text[at:found].strip()):
            found = min(at, len(written.at) - 1)
        else:
            at = found + 1
        places.append(written.at[found] if written.at else -1)
    return Traced(text, tuple(places))


def items(node: Node | None, whole: Traced) -> list[Traced]:
    """The plain values of a list."""
    if node is None or not isinstance(node.value, list):
        return []
    return [scalar(each, whole) for each in node.value if not isinstance(each.value, (dict, list))]


def below(node: Node | None, *path: str) -> Node | None:
    """The node at the end of a path of keys; None where there is none."""
    for name in path:
        node = node.value.get(name) if node is not None and isinstance(node.value, dict) else None
    return node


def count(node: Node | None) -> int | None:
    """The whole number that a value is, written with or without quotes."""
    text = str(node.value) if node is not None and not isinstance(node.value, bool) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else None
