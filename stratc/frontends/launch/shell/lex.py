"""Where the words of a shell script end: quotes, substitutions and brackets."""

from __future__ import annotations

import re

DEEPEST = 40
BLANKS = " \t\r"
ENDS = frozenset(" \t\r\n;&|()<>")


PLACE = re.compile(r"<[A-Za-z](?:[\w ./-]*[\w.])?>(?=[\s\"';)\\]|$)")  # <your path>: to be filled in, no redirection


class Broken(Exception):  # noqa: N818  # flow inside the reader: this line is given up, the next is read
    """Brackets or quotes that never close."""


def word_end(text: str, at: int, ends: frozenset[str] = ENDS, depth: int = 0) -> int:
    """The index after the word that begins at an index."""
    if text.startswith("<", at) and (place := PLACE.match(text, at)):
        return place.end()
    while at < len(text) and text[at] not in ends:
        at = past(text, at, depth)
    return at


def past(text: str, at: int, depth: int = 0) -> int:
    """The index after the character, quotation or substitution that begins here.  Raises Broken."""
    if depth > DEEPEST:
        raise Broken
    match text[at]:
        case "\\":
            return min(at + 2, len(text))
        case "'":
            return _closing(text, "'", at + 1)
        case '"':
            return _past_double(text, at + 1, depth)
        case "`":
            return _past_backquote(text, at + 1)
        case "$" if text.startswith("$'", at):
            return _past_backslashed(text, at + 2)
        case "$" if text.startswith(("$(", "${"), at):
            return past_brackets(text, at + 1, depth + 1)
    return at + 1


def _closing(text: str, sign: str, at: int) -> int:
    end = text.find(sign, at)
    if end < 0:
        raise Broken
    return end + 1


def _past_double(text: str, at: int, depth: int) -> int:
    while at < len(text) and text[at] != '"':
        at = at + 1 if text[at] == "'" or text.startswith("$'", at) else past(text, at, depth)
    if at >= len(text):
        raise Broken
    return at + 1


def _past_backquote(text: str, at: int) -> int:
    while at < len(text) and text[at] != "`":
        at += 2 if text[at] == "\\" else 1
    if at >= len(text):
        raise Broken
    return at + 1


def _past_backslashed(text: str, at: int) -> int:
    while at < len(text) and text[at] != "'":
        at += 2 if text[at] == "\\" else 1
    if at >= len(text):
        raise Broken
    return at + 1


def past_brackets(text: str, at: int, depth: int = 0) -> int:
    """The index after the bracket that closes the one at an index; quotations inside are passed over."""
    closing = {"(": ")", "{": "}", "[": "]"}[text[at]]
    opening, open_now = text[at], 0
    while at < len(text):
        char = text[at]
        if char == opening:
            open_now += 1
            at += 1
        elif char == closing:
            open_now -= 1
            at += 1
            if not open_now:
                return at
        elif char == "#" and opening == "(" and text[at - 1] in " \t\n":
            end = text.find("\n", at)  # a comment, whose quotes mean nothing
            at = len(text) if end < 0 else end
        else:
            at = past(text, at, depth)
    raise Broken


def blank_end(text: str, at: int) -> int:
    """The index after blanks and continued lines."""
    while at < len(text):
        if text[at] in BLANKS:
            at += 1
        elif text.startswith("\\\n", at):
            at += 2
        elif text.startswith("\\\r\n", at):
            at += 3
        else:
            break
    return at
