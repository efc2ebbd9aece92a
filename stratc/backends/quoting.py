"""Text for shells: values that cannot run, comments that end where their line ends."""

from __future__ import annotations

import json
from shlex import quote
from typing import Any

from stratc.backends.backend import Where
from stratc.ir.origin import Assumed, Derived, Known


def argument(flag: str, known: Known[Any]) -> str:
    """A flag and its quoted value; the flag alone for a switch.

    >>> argument("--lr", Known("1; rm -rf /", Assumed("an example")))
    "--lr '1; rm -rf /'"
    """
    if known.value is True:
        return flag
    value = int(known.value) if isinstance(known.value, float) and known.value.is_integer() else known.value
    return f"{flag} {shell_word(str(value))}"


def shell_word(text: str) -> str:
    """A text as one word for bash, on one line; what cannot be seen stands there as the bytes of its UTF-8.

    >>> print(shell_word("two; words"), shell_word("two\\nlines"))
    'two; words' $'two\\x0alines'
    """
    if text.isprintable():
        return quote(text)
    return f"$'{''.join(map(_byte_by_byte, text))}'"


def _byte_by_byte(char: str) -> str:
    if char in "\\'":
        return f"\\{char}"
    return char if char.isprintable() else "".join(f"\\x{byte:02x}" for byte in char.encode())


def plain_value(value: object) -> str:
    """A number, a switch, a text or a list as both YAML and TOML read it back.

    >>> plain_value(True), plain_value(4096.0), plain_value(["a: b", "\\n"])
    ('true', '4096', '["a: b", "\\\\n"]')
    """
    match value:
        case str():
            return quoted(value)
        case list() | tuple():
            return f"[{', '.join(map(plain_value, value))}]"
        case float() if value.is_integer():
            return str(int(value))
    return json.dumps(value)


def quoted(text: str) -> str:
    """A text in double quotes as both YAML and TOML read it back; what cannot be seen stands there as a number.

    >>> print(quoted('say "no" \\U0001f600\\x7f'))
    "say \\"no\\" \U0001f600\\U0000007f"
    """
    shown = json.dumps(text, ensure_ascii=False)
    return "".join(each if each.isprintable() else f"\\U{ord(each):08x}" for each in shown)


def comment(known: Known[Any], where: Where, before: str = "  # ") -> str:
    """The lines of the plan that a value comes from, or why it was assumed; never text of the plan itself."""
    places = _inert(where(known))
    match known.origin:
        case Assumed(because):
            return f"{before}{because}"
        case Derived(by, _):
            return f"{before}{by}{f' ({places})' if places else ''}"
    return f"{before}{places}" if places else ""


def _inert(text: str) -> str:
    """A path may hold anything; a comment must not break its line."""
    return "".join(each if each.isprintable() else "?" for each in text)
