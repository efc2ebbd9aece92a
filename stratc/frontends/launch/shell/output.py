"""Programs whose output follows from what a script knows: texts that it wrote, files beside it, names of paths."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from stratc.frontends.launch.shell.conditions import Truth
from stratc.frontends.launch.shell.filters import edited
from stratc.frontends.launch.traced import EMPTY, UNKNOWN, Traced, computed, joined

if TYPE_CHECKING:
    from stratc.frontends.launch.shell.run import Shell
    from stratc.frontends.launch.shell.tree import Simple


def say(shell: Shell, text: Traced, command: Simple) -> None:
    """Writes to the file that a redirection names, or to whoever takes the output."""
    for each in command.redirects:
        if each.sign in (">", ">>", ">|") and each.target.text != "&2":
            name = shell.text(each.target).text
            shell.files[name] = joined([shell.files.get(name, EMPTY), text]) if each.sign == ">>" else text
            return
        if each.sign == ">&" and each.target.text == "2":
            return
    if shell.output is not None:
        shell.output.append(text)


def cat(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:
    """cat and tee: here-documents, and files that the script wrote."""
    document = next((each for each in command.redirects if each.sign in ("<<", "<<<")), None)
    if document is not None:
        text = document.target if document.literal else shell.text(document.target, quoted=document.sign == "<<")
        target = words[1].text if words[0].text == "tee" and len(words) > 1 else ""
        if target:
            shell.files[target] = text
        else:
            say(shell, text, command)
        return True
    known = [shell.files[each.text] for each in words[1:] if each.text in shell.files]
    say(shell, joined(known) if known else computed(UNKNOWN, words[0]), command)
    return True


def path(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:
    """dirname, basename, realpath, readlink, of a path that is known."""
    given = next((each for each in words[1:] if not each.text.startswith("-")), EMPTY)
    head, sign, tail = given.text.rpartition("/")
    if words[0].text == "dirname":
        text = given.part(0, len(head)) if sign and head else computed("/" if sign else ".", given)
    else:
        text = given.part(len(head) + len(sign)) if words[0].text == "basename" and tail else given
    say(shell, text, command)
    return True


def sed(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:
    """sed over a file that can be read."""
    given = next((shell.fetch(shell.text(each.target)) for each in command.redirects if each.sign == "<"), None)
    last = words[-1]
    text = given if given is not None else shell.fetch(last)
    rest = words[1:] if given is not None else words[1:-1]
    inside = any(each.text.startswith("-i") for each in rest)
    told = edited(text, [each for each in rest if not each.text.startswith("-i")]) if text is not None else None
    if inside:
        shell.files[shell.place(last) or last.text] = told if told is not None else computed(UNKNOWN, last)
        return True
    say(shell, told if told is not None else computed(UNKNOWN, words[0]), command)
    return True


def envsubst(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:
    """A file with the values of its variables."""
    given = next((shell.fetch(shell.text(each.target)) for each in command.redirects if each.sign == "<"), None)
    if given is None:
        say(shell, computed(UNKNOWN, words[0]), command)
        return None
    parts, at = [], 0
    for hole in re.finditer(r"\$(?:(\w+)|\{(\w+)\})", given.text):
        parts += [given.part(at, hole.start()), shell.value(hole[1] or hole[2]) or EMPTY]
        at = hole.end()
    say(shell, joined([*parts, given.part(at)]), command)
    return True


def entries(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:
    """yq: what a YAML file that can be read answers."""
    from stratc.frontends.launch.shell import yq

    plain = [each for each in words[1:] if not each.text.startswith("-") and each.text not in ("eval", "e")]
    document = shell.fetch(plain[1]) if len(plain) == 2 else None
    told = yq.answer(plain[0].text, document) if document is not None and document.is_known else None
    say(shell, computed(UNKNOWN, words[0]) if told is None else told, command)
    return told is not None or None


def expr(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:
    """expr: the value of an expression."""
    say(
        shell,
        shell.arithmetic(joined([part for each in words[1:] for part in (each, Traced(" ", (each.place,)))])),
        command,
    )
    return True


def seq(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:
    """seq: whole numbers in a row."""
    numbers = [int(each.text) for each in words[1:] if re.fullmatch(r"-?\d{1,6}", each.text)]
    if len(numbers) != len(words) - 1 or not 1 <= len(numbers) <= 3:
        say(shell, computed(UNKNOWN, words[0]), command)
        return True
    first, step, last = {1: (1, 1, numbers[-1]), 2: (numbers[0], 1, numbers[-1])}.get(len(numbers), tuple(numbers[:3]))
    every = range(first, last + (1 if step > 0 else -1), step or 1)[:500]
    say(shell, computed("\n".join(map(str, every)), words[0]), command)
    return True
