"""Filters between pipes whose work on a text is known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from stratc.frontends.launch.traced import Traced, computed, joined

if TYPE_CHECKING:
    from stratc.frontends.launch.shell.memory import Memory

NAMES = {"tee", "grep", "egrep", "head", "tail", "awk", "sed", "tr", "cat", "wc", "sort", "uniq", "cut", "xargs", "bc"}
_PLAIN = re.compile(r"[^\\.*\[\]^$&]*")  # text that means itself in the patterns of sed


def filtered(shell: Memory, said: Traced, words: Sequence[Traced]) -> Traced | None:
    """The output of a filter; None where only a run would tell."""
    match [each.text for each in words]:
        case ["sed", *_]:
            return edited(said, words[1:])
        case ["cat"] | ["tee", *_] | ["envsubst"]:
            return said
        case ["head" | "tail" as end, *rest] if rest in ([], ["-1"], ["-n1"], ["-n", "1"]):
            lines = _lines(said)
            return (lines[0] if end == "head" else lines[-1]) if rest and lines else None
        case plain if said.is_known:
            return _computed(shell, said, plain)
        case _:
            return None


def _computed(shell: Memory, said: Traced, words: list[str]) -> Traced | None:
    """The output of a filter that must know all of its text."""
    match words:
        case ["bc", *_]:
            return shell.arithmetic(said.stripped())
        case ["wc", "-w"]:
            return computed(str(len(said.text.split())), said)
        case ["wc", "-l"]:
            return computed(str(said.text.count("\n")), said)
        case ["xargs"]:
            return said.stripped()
        case ["tr", "-d", signs]:
            kept = [index for index, char in enumerate(said.text) if char not in signs.replace("\\n", "\n")]
            return joined(said.part(index, index + 1) for index in kept)
        case ["tr", "[:upper:]" | "A-Z", "[:lower:]" | "a-z"]:
            return Traced(said.text.lower(), said.at) if len(said.text.lower()) == len(said.text) else None
        case ["tr", "[:lower:]" | "a-z", "[:upper:]" | "A-Z"]:
            return Traced(said.text.upper(), said.at) if len(said.text.upper()) == len(said.text) else None
        case ["tr", old, new] if len(old.replace("\\n", "\n")) == len(new.replace("\\n", "\n")) == 1:
            return Traced(said.text.replace(old.replace("\\n", "\n"), new.replace("\\n", "\n")), said.at)
        case ["awk", program] if place := re.fullmatch(r"\{ ?print \$(\d) ?\}", program.strip()):
            return _field(said, None, int(place[1]))
        case ["cut", *rest] if place := re.fullmatch(r"-d ?(\S| ) -f ?(\d)", " ".join(rest)):
            return _field(said, place[1], int(place[2]))
        case _:
            return None


def edited(said: Traced, words: Sequence[Traced]) -> Traced | None:
    """What sed makes of a text where its scripts only replace plain texts."""
    scripts = [each for each in words if each.text not in ("-e", "-r", "-E")]
    for script in scripts:
        for step in _steps(script):
            parts = _replacement(step)
            if parts is None:
                return None
            said = _replaced(said, *parts)
    return said if scripts else None


def _steps(script: Traced) -> list[Traced]:
    """The commands of a script of sed, parted by semicolons and line ends that no replacement holds."""
    found, start = [], 0
    for match in re.finditer(r"s(.)(?:(?!\1).)*\1(?:(?!\1).)*\1\w*|[;\n]", script.text, re.S):
        if match[1] is None:
            found.append(script.part(start, match.start()))
            start = match.end()
    return [each.stripped() for each in (*found, script.part(start)) if each.text.strip()]


def _replacement(step: Traced) -> tuple[str, Traced, bool] | None:
    match = re.fullmatch(r"s(?P<sign>[^\w\s\\])(?P<old>(?:(?!(?P=sign)).)*)(?P=sign)(?P<new>(?:(?!(?P=sign)).)*)"
                         r"(?P=sign)(?P<flags>g?)", step.text, re.S)  # fmt: skip
    if not match or not match["old"] or not _PLAIN.fullmatch(match["old"]) or not _PLAIN.fullmatch(match["new"]):
        return None
    return match["old"], step.part(*match.span("new")), bool(match["flags"])


def _replaced(said: Traced, old: str, new: Traced, every: bool) -> Traced:
    """A text with a part replaced, once on each line or wherever it stands."""
    found: list[Traced] = []
    for line in _lines(said, ends=True):
        at = 0
        while (hit := line.text.find(old, at)) >= 0:
            found += [line.part(at, hit), new]
            at = hit + len(old)
            if not every:
                break
        found.append(line.part(at))
    return joined(found)


def _lines(said: Traced, ends: bool = False) -> list[Traced]:
    found, at = [], 0
    for line in said.text.splitlines(keepends=True):
        found.append(said.part(at, at + len(line if ends else line.rstrip("\n"))))
        at += len(line)
    return found


def _field(said: Traced, sign: str | None, number: int) -> Traced | None:
    """One field of a single line, counted from 1."""
    if "\n" in said.text.strip("\n") or not number:
        return None
    line = said.part(0, len(said.text.rstrip("\n")))
    spans = [match.span() for match in re.finditer(r"\S+" if sign is None else f"[^{re.escape(sign)}]*", line.text)]
    if sign is not None:
        spans, at = [], 0
        for each in line.text.split(sign):
            spans.append((at, at + len(each)))
            at += len(each) + 1
    return line.part(*spans[number - 1]) if number <= len(spans) else computed("", said)
