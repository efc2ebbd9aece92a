"""Settings in fenced code: flags of launch commands, keys of YAML, JSON and TOML, entries of dictionaries."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stratc.frontends.markdown.saying import say
from stratc.frontends.markdown.vocabulary import PRECISIONS, SETTINGS, words
from stratc.ir.scope import Role
from stratc.ir.values import Extent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.sentences import Sentence
    from stratc.ir.statement import Statement
    from stratc.ir.values import Value

PLAIN_TAGS = words("text txt plain plaintext ascii diagram output md markdown plan none mermaid")
_SHELLS = words("bash sh shell zsh console shell-session")
_DATA = words("yaml yml json json5 jsonc toml ini conf cfg properties hcl")
_FLAG = re.compile(r"--([A-Za-z][\w-]*)(?:[ \t]+|=)[\"']?([\w.]+)")
_ENTRY = re.compile(r"[\"']?([A-Za-z_][\w.-]*)[\"']?[ \t]*[:=][ \t]*[\"']?([\w.]+)")
_QUOTED = re.compile(r"[\"']([A-Za-z_][\w.-]*)[\"'][ \t]*:[ \t]*[\"']?([\w.]+)")
_VARIABLE = re.compile(r"\b([A-Z][A-Z_]*)=[\"']?(\d+)")
_ASSIGNED = re.compile(r"^[ \t]*([A-Za-z_]\w*)[ \t]*=[ \t]*(\d+)[ \t]*(?:#.*)?$")
_DEGREES = frozenset(f"strategy.{name}" for name in ("tp", "pp", "dp", "ep", "cp"))
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def is_code(sentence: Sentence) -> bool:
    """Whether a sentence is a line of a fence that is tagged with a language; bare fences are part of the plan."""
    tag = sentence.block.language
    return bool(tag) and tag not in PLAIN_TAGS


def settings(sentence: Sentence) -> Iterator[Statement]:
    """Statements of the settings on a line of tagged code, and of flags anywhere; other code only illustrates.

    Of the assignments of a program only degrees are taken: the rest is more often an example than a setting.
    """
    tag = sentence.block.language
    patterns: tuple[re.Pattern[str], ...] = (_FLAG,)
    if tag in _SHELLS:
        patterns = (_FLAG, _VARIABLE)
    elif tag in _DATA:
        patterns = (_ENTRY,)
    elif is_code(sentence):
        patterns = (_QUOTED, _ASSIGNED)
    for pattern in patterns:
        for match in pattern.finditer(sentence.text):
            statement = _setting(sentence, match)
            if statement and (pattern is not _ASSIGNED or statement.subject in _DEGREES):
                yield statement


def _setting(sentence: Sentence, match: re.Match[str]) -> Statement | None:
    name = re.sub(r"[-_.]|model", "", match[1].lower())
    key = SETTINGS.get(name)
    value = _value(key, match[2]) if key else None
    if key is None or value is None:
        return None
    place = (sentence.start + match.start(2), sentence.start + match.end(2))
    role = Role.PLAN if sentence.scope.role is Role.TARGET else None
    return say(sentence, key, value, place, role=role)


def _value(key: str, text: str) -> Value | None:
    if key.endswith("precision"):
        return PRECISIONS.get(text.lower())
    if not _NUMBER.fullmatch(text):
        return None
    if key.endswith("_length"):
        return Extent(float(text), float(text))
    if "." in text:
        return float(text) if key == "strategy.capacity_factor" else None
    return int(text) if int(text) or key == "strategy.zero_stage" else None
