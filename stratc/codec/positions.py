"""JSON with the place of every value."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, TypeAlias

DEEPEST = 200
Path: TypeAlias = tuple[str | int, ...]

_TOKEN = re.compile(
    r'[ \t\r\n]*(?:(?P<string>"(?:[^"\\\x00-\x1f]|\\.)*")|(?P<number>-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)'
    r"|(?P<word>true|false|null)(?!\w)|(?P<sign>[{}\[\]:,]))"
)
_BLANK = re.compile(r"[ \t\r\n]*")
_WORDS = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class Node:
    """A value and the offsets it stands between; members of objects and lists are nodes again."""

    value: Any
    start: int
    end: int
    keys: tuple[tuple[str, int, int], ...] = ()  # of an object: its keys and where they stand

    def at(self, path: Path) -> Node:
        """The node that a path leads to, as far as it leads."""
        node = self
        for step in path:
            if not isinstance(node.value, (dict, list)):
                break
            node = node.value[step]  # type: ignore[index]  # the path comes from this very document
        return node

    @property
    def plain(self) -> Any:
        """The value without places."""
        match self.value:
            case dict():
                return {key: each.plain for key, each in self.value.items()}
            case list():
                return [each.plain for each in self.value]
            case _:
                return self.value


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a text is no JSON: what was found and expected, and where."""

    message: str
    start: int
    end: int


class _Stop(Exception):  # noqa: N818  # leaves the parser at the first fault
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def parse(text: str) -> Node | Fault:
    """The document, or its first fault; of a key given twice the last value counts, as everywhere.

    >>> parse('{"model": {"layers": 16}}').at(("model", "layers"))
    Node(value=16, start=21, end=23, keys=())
    """
    reader = _Reader(text)
    try:
        node = reader.value(0)
        if reader.peek():
            raise reader.fault("the end of the document")
    except _Stop as stop:
        return stop.fault
    return node


class _Reader:
    """Reads one document from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def peek(self) -> str:
        """The next character that is no blank, "" at the end."""
        blank = _BLANK.match(self.text, self.at)
        self.at = blank.end() if blank else self.at
        return self.text[self.at : self.at + 1]

    def fault(self, expected: str) -> _Stop:
        """What stands here instead of what was expected."""
        found = self.peek()
        word = re.match(r"[\w.+-]+|.", self.text[self.at : self.at + 40])
        told = f"`{word.group()}`" if found and word else "the end of the document"
        end = self.at + (len(word.group()) if found and word else 0)
        return _Stop(Fault(f"{told} where {expected} was expected", self.at, end))

    def take(self, sign: str, expected: str) -> None:
        """Pass one sign."""
        if self.peek() != sign:
            raise self.fault(expected)
        self.at += 1

    def value(self, depth: int) -> Node:
        """The value that begins here."""
        if depth > DEEPEST:
            raise _Stop(Fault(f"more than {DEEPEST} levels of brackets", self.at, self.at + 1))
        match self.peek():
            case "{":
                return self.object(depth)
            case "[":
                return self.list(depth)
        token = _TOKEN.match(self.text, self.at)
        if token is None or token.lastgroup == "sign":
            raise self._unclosed() if self.peek() == '"' else self.fault("a value")
        start, self.at = self.at, token.end()
        return Node(self._scalar(token, start), start, self.at)

    def object(self, depth: int) -> Node:
        """Keys and values between braces."""
        start, opening = self.at, "`}` or `,`"
        members: dict[str, Node] = {}
        keys: list[tuple[str, int, int]] = []
        self.at += 1
        while self.peek() != "}":
            if members:
                self.take(",", self._close(opening, start))
            if self.peek() != '"':
                raise self.fault('a key in quotes (`"`)')
            key = self.value(depth)
            self.take(":", f"`:` after the key `{key.value}`")
            members[key.value] = self.value(depth + 1)
            keys.append((key.value, key.start, key.end))
        self.at += 1
        return Node(members, start, self.at, tuple(keys))

    def list(self, depth: int) -> Node:
        """Values between brackets."""
        start, opening = self.at, "`]` or `,`"
        items: list[Node] = []
        self.at += 1
        while self.peek() != "]":
            if items:
                self.take(",", self._close(opening, start))
            items.append(self.value(depth + 1))
        self.at += 1
        return Node(items, start, self.at)

    def _close(self, expected: str, start: int) -> str:
        line = self.text.count("\n", 0, start) + 1
        return f"{expected} for the `{self.text[start]}` of line {line}"

    def _unclosed(self) -> _Stop:
        return _Stop(Fault("this text is not closed before the end of its line", self.at, self.at + 1))

    def _scalar(self, token: re.Match[str], start: int) -> Any:
        try:
            value = _WORDS[token["word"]] if token["word"] else json.loads(token.group())
            return value if not isinstance(value, str) else value.encode().decode()
        except UnicodeEncodeError:
            raise _Stop(Fault("this text holds half of a surrogate pair", start, token.end())) from None
        except ValueError as error:  # an escape that means nothing, or a number of thousands of digits
            raise _Stop(Fault(str(error).partition(":")[0].lower(), start, token.end())) from None
