"""What stands between $' and ': characters by letter or by number."""

from __future__ import annotations

import re

_ESCAPE = re.compile(r"\\(?:(x[0-9a-fA-F]{1,2}|[0-7]{1,3})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|(.))", re.S)
_LETTERS = {"a": 7, "b": 8, "e": 27, "E": 27, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}
_LAST = 0x10FFFF  # of the characters


def unescaped(text: str) -> str:
    r"""The text that is meant; numbers of two digits are bytes of UTF-8.

    >>> unescaped(r"a\tb\'\xc3\xa4 \u00e4 \q")
    "a\tb'ä ä \\q"
    """
    whole, at = bytearray(), 0
    for found in _ESCAPE.finditer(text):
        whole += _bytes(text[at : found.start()]) + _meant(found)
        at = found.end()
    return (whole + _bytes(text[at:])).decode(errors="replace")


def _bytes(text: str) -> bytes:
    return text.encode(errors="replace")


def _meant(found: re.Match[str]) -> bytes:
    byte, short, long, letter = found.groups()
    if byte:
        return bytes([int(byte[1:], 16) if byte[0] == "x" else int(byte, 8) & 0xFF])
    if short or long:
        return _bytes(chr(min(int(short or long, 16), _LAST)))
    if letter in "\\'\"?":
        return letter.encode()
    return bytes([_LETTERS[letter]]) if letter in _LETTERS else b"\\" + _bytes(letter)
