"""From a word as written to the words it stands for: quotes, variables, substitutions, splitting."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

from stratc.frontends.launch.shell.braces import unfolded
from stratc.frontends.launch.shell.edits import edited, is_uncounted, several
from stratc.frontends.launch.shell.escapes import unescaped
from stratc.frontends.launch.shell.lex import PLACE, past, past_brackets
from stratc.frontends.launch.traced import ABSENT, EMPTY, UNKNOWN, Traced, computed, joined

_NAME = re.compile(r"[A-Za-z_]\w*|\d+|[@*#?$!-]")
_BRACED = re.compile(r"([!#]?)([A-Za-z_]\w*|\d+|[@*#?$!-])")
_WORDS = re.compile(r"\S+")
LONGEST = 2000  # characters of a word whose braces are unfolded
Piece = tuple[Traced | None, bool]  # a text and whether it stays whole; None parts two words


class State(Protocol):
    """What expansion asks of the shell."""

    def value(self, name: str, index: str = "") -> Traced | None: ...
    def values(self, name: str) -> list[Traced] | None: ...
    def keys(self, name: str) -> list[str]: ...
    def assign(self, name: str, value: Traced) -> None: ...
    def substitute(self, script: Traced) -> Traced: ...
    def arithmetic(self, text: Traced) -> Traced: ...
    def text(self, raw: Traced, quoted: bool = False) -> Traced: ...


def fields(raw: Traced, state: State) -> list[Traced]:
    """The words that a word stands for: none, one or several."""
    if "{" in raw.text and ("," in raw.text or ".." in raw.text) and len(raw.text) < LONGEST:
        words = unfolded(raw)
        if len(words) > 1:
            return [each for word in words for each in _fields(word, state)]
    return _fields(raw, state)


def _fields(raw: Traced, state: State) -> list[Traced]:
    if raw.text.startswith(("<(", ">(")) or (raw.text.startswith("<") and PLACE.fullmatch(raw.text)):
        return [computed(UNKNOWN, raw)]
    found: list[Traced] = []
    current: list[Traced] | None = None
    for text, whole in pieces(raw, state, quoted=False):
        if text is None:
            if current is not None:
                found.append(joined(current))
            current = None
        elif whole:
            current = [*(current or []), text]
        else:
            current = _split(text, current, found)
    if current is not None:
        found.append(joined(current))
    return found


def _split(text: Traced, current: list[Traced] | None, found: list[Traced]) -> list[Traced] | None:
    """Parts a text at its blanks: all words but the last are found, the last may go on."""
    if not text.text:
        return current
    if text.text[0].isspace() and current is not None:
        found.append(joined(current))
        current = None
    for match in _WORDS.finditer(text.text):
        word = text.part(match.start(), match.end())
        if current is not None and match.start() > 0:
            found.append(joined(current))
            current = None
        current = [*(current or []), word]
    if text.text[-1].isspace() and current is not None:
        found.append(joined(current))
        current = None
    return current


def text_of(raw: Traced, state: State, quoted: bool = False) -> Traced:
    """The text that a word stands for, not split."""
    parts: list[Traced] = []
    for text, _ in pieces(raw, state, quoted):
        parts.append(text if text is not None else Traced(" ", (raw.place,)))
    return joined(parts)


def pieces(raw: Traced, state: State, quoted: bool) -> Iterator[Piece]:
    """The parts of a word; `quoted` as inside double quotes, where blanks and single quotes mean themselves."""
    text, at, plain = raw.text, 0, 0
    while at < len(text):
        char = text[at]
        if char not in "\\'\"`$" or (char in "'\"" and quoted):
            at += 1
            continue
        if at > plain:
            yield raw.part(plain, at), True
        end = min(past(text, at), len(text)) if not (char == '"' and quoted) else at + 1
        if char == "$" and end == at + 1 and (name := _NAME.match(text, end)):
            end = name.end() if not name.group().isdigit() else end + 1
            if text[end - 1] == "'":
                end = at + 1
        yield from _special(raw, at, end, state, quoted)
        at = plain = end
    if at > plain:
        yield raw.part(plain, at), True


def _special(raw: Traced, at: int, end: int, state: State, quoted: bool) -> Iterator[Piece]:
    """One escape, quotation or substitution."""
    text = raw.text
    match text[at]:
        case "\\":
            if text[at + 1 : end] == "\n":
                return
            kept = quoted and text[at + 1 : end] not in ("$", "`", '"', "\\")
            yield raw.part(at if kept else at + 1, end), True
        case "'":
            yield raw.part(at + 1, end - 1), True
        case '"':
            inside = list(pieces(raw.part(at + 1, end - 1), state, quoted=True))
            every = re.search(r"(?:\$|\[)[@]|\$\{@", text[at:end])  # "${none[@]}" is no word at all
            yield from inside if inside or every else [(EMPTY, True)]
        case "`":
            yield state.substitute(raw.part(at + 1, end - 1)), quoted
        case _ if text.startswith("$((", at) and text.endswith("))", at, end):
            yield state.arithmetic(raw.part(at + 3, end - 2)), quoted
        case _ if text.startswith("$(", at):
            yield state.substitute(raw.part(at + 2, end - 1)), quoted
        case _ if text.startswith("${", at):
            yield from _braced(raw.part(at + 2, end - 1), state, quoted)
        case _ if text.startswith("$'", at):
            plain = raw.part(at + 2, end - 1)
            yield computed(unescaped(plain.text), plain) if "\\" in plain.text else plain, True
        case _ if end > at + 1:
            yield from _named(text[at + 1 : end], "", state, quoted)
        case _:
            yield raw.part(at, end), True


def _named(name: str, index: str, state: State, quoted: bool) -> Iterator[Piece]:
    """$name, "$@", ${name[index]}."""
    every = name in ("@", "*") or index in ("@", "*")
    if not every:
        value = state.value(name, index)
        yield (value if value is not None else EMPTY), quoted
        return
    values = state.values(name) or []
    if quoted and (name == "*" or index == "*"):
        between = state.value("IFS")
        sign = between.text[:1] if between is not None else " "
        for number, each in enumerate(values):
            if number:
                yield Traced(sign, (each.place,) * len(sign)), True
            yield each, True
        return
    for number, each in enumerate(values):
        if number:
            yield None, True
        yield each, quoted


def _braced(inner: Traced, state: State, quoted: bool) -> Iterator[Piece]:
    """${…}."""
    match = _BRACED.match(inner.text)
    if not match:
        yield computed(UNKNOWN, inner), quoted
        return
    sign, name, end = match[1], match[2], match.end()
    if inner.text[end : end + 1] == "[":
        end = past_brackets(inner.text, end)
    index = inner.text[match.end() + 1 : end - 1]
    if sign == "#" and end == len(inner.text):
        yield _length(name, index, state, inner), quoted
        return
    if sign == "!" and index in ("@", "*"):
        for number, key in enumerate(state.keys(name)):
            yield from ([(None, True)] if number else [])
            yield computed(key, inner), quoted
        return
    if sign == "!":
        held = state.value(name, index)
        name, index = (held.text if held is not None else ""), ""
    if end == len(inner.text):
        yield from _named(name, index, state, quoted)
        return
    yield from _changed(inner.part(end), name, index, state, quoted)


def _length(name: str, index: str, state: State, inner: Traced) -> Traced:
    if index in ("@", "*") or name in ("@", "*"):
        values = state.values(name) or []
        return computed(UNKNOWN if is_uncounted(values) else str(len(values)), inner)
    value = state.value(name, index)
    known = value is None or value.is_known
    return computed(str(len(value.text) if value else 0) if known else UNKNOWN, inner)


def _changed(rest: Traced, name: str, index: str, state: State, quoted: bool) -> Iterator[Piece]:
    """What the sign behind a name makes of its value: a default, a part, a replacement."""
    values = state.values(name) if index in ("@", "*") or name in ("@", "*") else None
    value = joined(values) if values else None if values is not None else state.value(name, index)
    colon = rest.text[:1] == ":" and rest.text[1:2] in ("-", "=", "+", "?")
    sign = rest.text[colon : colon + 1]
    if sign in ("-", "=", "+", "?"):
        word = rest.part(colon + 1)
        missing = value is None or (colon and value.text in ("", ABSENT)) or (name.isdigit() and value.text == ABSENT)
        if sign == "+":
            yield from [] if missing else pieces(word, state, quoted)
        elif not missing:
            yield from _named(name, index, state, quoted)
        elif sign == "?":
            yield Traced(UNKNOWN, (rest.place,)), quoted
        else:
            given = text_of(word, state, quoted) if sign == "=" else None
            if given is not None:
                state.assign(name, given)
                yield given, quoted
            else:
                yield from (
                    (each, whole and (quoted or each is None or not _is_open(word, each)))
                    for each, whole in pieces(word, state, quoted)
                )
        return
    if values is not None:
        items = values if name not in ("@", "*") or rest.text[:1] != ":" else [state.value("0") or EMPTY, *values]
        for number, one in enumerate(several(items, rest, state)):
            yield from ([(None, True)] if number else [])
            yield one, quoted
        return
    yield edited(value if value is not None else EMPTY, rest, state), quoted


def _is_open(word: Traced, piece: Traced) -> bool:
    """Whether a piece of a default is bare text, which is split at its blanks."""
    return bool(piece.text) and word.text.find(piece.text) >= 0 and word.text[:1] not in "\"'" and " " in piece.text
