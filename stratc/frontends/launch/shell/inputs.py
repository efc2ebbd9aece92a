"""What commands read: here-documents, files beside the script, the output of other commands, a line at a time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from stratc.frontends.launch.shell.conditions import Truth
from stratc.frontends.launch.traced import EMPTY, UNKNOWN, Traced, computed, joined

if TYPE_CHECKING:
    from stratc.frontends.launch.shell.run import Shell
    from stratc.frontends.launch.shell.tree import Redirect, Simple

_TAKING = ("-p", "-t", "-n", "-N", "-u", "-d")  # options of read that take the next word


def given(shell: Shell, redirects: Sequence[Redirect]) -> Traced | None:
    """The text that redirections put before a command; None where there is none or only a run would tell."""
    for each in reversed(redirects):
        match each.sign:
            case "<<" | "<<<":
                text = each.target if each.literal else shell.text(each.target, quoted=each.sign == "<<")
                return joined([text, computed("\n", text)]) if each.sign == "<<<" else text
            case "<(":
                told = shell.substitute(each.target)
                return joined([told, computed("\n", told)]) if told.is_known else None
            case "<":
                return shell.fetch(shell.text(each.target))
            case _:
                continue
    return None


def lines(text: Traced, ends: bool = False) -> list[Traced]:
    """The lines of a text, with or without their ends."""
    found, at = [], 0
    for line in text.text.splitlines(keepends=True):
        found.append(text.part(at, at + len(line if ends else line.rstrip("\n"))))
        at += len(line)
    return found


def parted(line: Traced, signs: str, most: int = 0) -> list[Traced]:
    """The fields of a line between the signs of IFS; of more than `most` the last takes all that is left."""
    if not signs:
        return [line] if line.text else []
    blank = "".join(each for each in signs if each.isspace())
    hard = "".join(each for each in signs if not each.isspace())
    gap = re.compile(f"[{re.escape(blank)}]*[{re.escape(hard)}][{re.escape(blank)}]*|[{re.escape(blank)}]+" if hard and
                     blank else f"[{re.escape(hard)}]" if hard else f"[{re.escape(blank)}]+")  # fmt: skip
    text = line.stripped() if blank else line
    found: list[Traced] = []
    at = 0
    for match in gap.finditer(text.text):
        if len(found) + 1 == most:
            break
        found.append(text.part(at, match.start()))
        at = match.end()
    return [*found, text.part(at)] if text.text else []


def read(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:
    """read: the fields of the next line, where the text tells which that is."""
    if any(re.fullmatch(r"-\w*d", one.text) and not two.text for one, two in pairwise(words)):
        return _whole(shell, words, command)
    line, ended = _next(shell, command)
    separator = shell.value("IFS")
    signs = separator.text if separator is not None else " \t\n"
    names = _names(words)
    array = next((i for i, each in enumerate(words) if re.fullmatch(r"-\w*a", each.text)), -1)
    if array >= 0 and array + 1 < len(words):
        fields = [computed(UNKNOWN, words[0])] if line is None else _told(parted(line, signs))
        shell.arrays[words[array + 1].text] = {str(number): each for number, each in enumerate(fields)}
    else:
        fields = _told(parted(line, signs, len(names))) if line is not None else []
        rest = computed(UNKNOWN if line is None or not line.is_known else "", words[0])
        for number, name in enumerate(names):
            shell.assign(name, fields[number] if number < len(fields) else rest)
    return None if line is None else not ended


def _told(fields: list[Traced]) -> list[Traced]:
    """Fields up to the first that is open: what stands behind it may be any of them."""
    known = next((number for number, each in enumerate(fields) if not each.is_known), len(fields))
    return fields[:known] + [computed(UNKNOWN, each) for each in fields[known:]]


def _next(shell: Shell, command: Simple) -> tuple[Traced | None, bool]:
    """The line that stands before read, and whether there was none left."""
    if any(each.sign.startswith("<") for each in command.redirects):
        text = given(shell, command.redirects)
        return (None, False) if text is None else (next(iter(lines(text)), EMPTY), not text.text)
    if shell.input is None:
        return None, False
    return (shell.input.pop(0), False) if shell.input else (EMPTY, True)


def _names(words: Sequence[Traced]) -> list[str]:
    names = [two.text for one, two in pairwise(words) if two.text[:1] != "-" and one.text not in _TAKING]
    return names or ["REPLY"]


def _whole(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:
    """read -d '': all of its input, whose missing end makes it fail."""
    text = given(shell, command.redirects)
    if text is None:
        shell.assign(words[-1].text, computed(UNKNOWN, words[0]))
        return None
    shell.assign(words[-1].text, text.stripped())
    return False


def mapfile(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:
    """mapfile and readarray: the lines of the input as an array."""
    text = given(shell, command.redirects)
    found = [computed(UNKNOWN, words[0])] if text is None else lines(text)
    name = words[-1].text if len(words) > 1 and words[-1].text.isidentifier() else "MAPFILE"
    shell.arrays[name] = {str(number): each for number, each in enumerate(found)}
    return True
