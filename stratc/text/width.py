"""How wide text stands on a terminal."""

from __future__ import annotations

TAB = "    "
_EMOJI_STYLE = "\ufe0f"  # asks for the wide picture of the character before it
_JOINER = "\u200d"


def width(text: str) -> int:
    """Columns that a text takes: wide characters and pictures take two, combining marks none.

    >>> width("tp"), width("并行"), width("✅ tp"), width("e\u0301")
    (2, 4, 5, 1)
    """
    if text.isascii():
        return len(text)
    return sum(_widths(text))


def printable(text: str) -> str:
    """The text with tabs as blanks and control characters as their pictures, each as wide as `width` says.

    >>> printable("a\\tb\\x1b[0m")
    'a    b␛[0m'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(TAB if char == "\t" else _picture(char) for char in text)


def _picture(char: str) -> str:
    code = ord(char)
    if code < 32:
        return chr(0x2400 + code)
    return "\ufffd" if 127 <= code < 160 or 0xD800 <= code < 0xE000 or code in _HIDDEN else char


_HIDDEN = {0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}  # would break or turn round the line


def _widths(text: str) -> list[int]:
    from unicodedata import category, east_asian_width

    found: list[int] = []
    for index, char in enumerate(text):
        if char == _EMOJI_STYLE and found:
            found[-1] = max(found[-1], 2 if text[index - 1] > "\u2000" else found[-1])
            found.append(0)
        elif category(char) in ("Mn", "Me", "Cf") or (index and text[index - 1] == _JOINER):
            found.append(0)
        else:
            found.append(2 if east_asian_width(char) in "WF" else 1)
    return found
