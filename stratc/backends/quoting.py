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
    return f"{flag} {quote(str(value))}"


def yaml_value(value: object) -> str:
    """A value as YAML reads it back; text stands in JSON's quotes, which YAML knows.

    >>> yaml_value(True), yaml_value(4096), yaml_value("a: b")
    ('true', '4096', '"a: b"')
    """
    whole = isinstance(value, float) and value.is_integer()
    return json.dumps(int(value) if isinstance(value, float) and whole else value)


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
