"""Programs whose output follows from what a script knows: texts that it wrote, files beside it, names of paths."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from stratc.frontends.launch.shell.conditions import Truth
from stratc.frontends.launch.shell.filters import asked, filtered, substituted
from stratc.frontends.launch.shell.inputs import given
from stratc.frontends.launch.traced import EMPTY, UNKNOWN, Traced, computed, joined

if TYPE_CHECKING:
    from stratc.frontends.launch.shell.run import Shell
    from stratc.frontends.launch.shell.tree import Simple


def say(shell: Shell, text: Traced, command: Simple) -> None:
    """Writes to the file that a redirection names, or to whoever takes the output."""
    for each in command.redirects:
        if each.sign in (">", ">>", ">|") and each.target.text != "&2":
            name = shell.text(each.target).text.removeprefix("./")
            shell.files[name] = joined([shell.files.get(name, EMPTY), text]) if each.sign == ">>" else text
            return
        if each.sign == ">&" and each.target.text == "2":
            return
    if shell.output is not None:
        shell.output.append(text)


_HOLE = re.compile(r"%(?P<width>[-+0#]*\d*(?:\.\d+)?)(?P<kind>[sbdifgeq])|%%|\\n|\\t")


def formatted(pattern: Traced, values: Sequence[Traced]) -> Traced:
    """What printf says: its pattern again and again until every value has its place."""
    parts: list[Traced] = []
    left = list(values)
    for _ in range(len(values) + 1):
        at, before = 0, len(left)
        for hole in _HOLE.finditer(pattern.text):
            parts.append(pattern.part(at, hole.start()))
            if hole["kind"]:
                parts.append(_placed(left.pop(0) if left else EMPTY, hole["width"], hole["kind"]))
            else:
                parts.append(computed({"\\n": "\n", "\\t": "\t"}.get(hole.group(), "%"), pattern))
            at = hole.end()
        parts.append(pattern.part(at))
        if not left or len(left) == before:
            break
    return joined(parts)


def _placed(value: Traced, width: str, kind: str) -> Traced:
    """A value in the width and form that a pattern of printf asks for."""
    if not value.is_known or not (width or kind in "fge") or len(width) > 6:
        return value
    try:
        text = f"%{width}{kind if kind in 'dfge' else 's'}" % (value.text if kind in "sbq" else float(value.text or 0))
    except (ValueError, OverflowError):
        return computed(UNKNOWN, value)
    return value if text == value.text else computed(text, value)


def cat(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:
    """cat and tee: here-documents, and files that can be read."""
    document = any(each.sign in ("<<", "<<<") for each in command.redirects)
    text = given(shell, command.redirects) if document else None
    if text is not None:
        target = words[1].text if words[0].text == "tee" and len(words) > 1 else ""
        if target:
            shell.files[target] = text
        else:
            say(shell, text, command)
        return True
    read = given(shell, command.redirects) if len(words) == 1 else None
    known = [read] if read is not None else [shell.fetch(each) for each in words[1:] if not each.text.startswith("-")]
    told = [each for each in known if each is not None]
    say(shell, joined(told) if told and len(told) == len(known) else computed(UNKNOWN, words[0]), command)
    return True


def through(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:
    """A filter over a file or a text that it is given."""
    text, rest = given(shell, command.redirects), list(words)
    if text is None and len(words) > 1 and not words[-1].text.startswith("-"):
        text, rest = shell.fetch(words[-1]), rest[:-1]
    told = filtered(shell, text, rest) if text is not None else None
    say(shell, computed(UNKNOWN, words[0]) if told is None else told, command)
    return None if words[0].text in ("grep", "egrep", "fgrep") else True


def moved(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:  # noqa: ARG001
    """cp and mv of a file whose text is known."""
    plain = [each.text for each in words[1:] if not each.text.startswith("-")]
    text = shell.fetch(Traced(plain[0])) if len(plain) == 2 else None
    if text is not None:
        folder, sign, name = plain[1].rpartition("/")
        name = plain[0].rpartition("/")[2] if name in ("", ".") else name
        shell.files[f"{folder}{sign}{name}".removeprefix("./")] = text
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
    from stratc.frontends.launch.shell.sed import edited

    read, last = given(shell, command.redirects), words[-1]
    text = read if read is not None else shell.fetch(last)
    rest = words[1:] if read is not None else words[1:-1]
    inside = any(each.text.startswith("-i") for each in rest)
    told = edited(text, [each for each in rest if not each.text.startswith("-i")]) if text is not None else None
    if inside:
        shell.files[shell.place(last) or last.text] = told if told is not None else computed(UNKNOWN, last)
        return True
    say(shell, told if told is not None else computed(UNKNOWN, words[0]), command)
    return True


def envsubst(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:
    """A file with the values of its variables."""
    text = given(shell, command.redirects)
    say(
        shell,
        computed(UNKNOWN, words[0])
        if text is None
        else substituted(shell, text, " ".join(each.text for each in words[1:])),
        command,
    )
    return None if text is None else True


def entries(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:
    """yq and jq: what a file that can be read, or what they are given, answers."""
    rest = [each for each in words[1:] if each.text not in ("eval", "e")]
    plain = [each for each in rest if not each.text.startswith("-")]
    document = shell.fetch(plain[1]) if len(plain) == 2 else given(shell, command.redirects) if plain else None
    told = asked(document, [words[0].text, *(each.text for each in rest if each not in plain[1:])])
    say(shell, computed(UNKNOWN, words[0]) if told is None else told, command)
    return told is not None or None


def getopt(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:
    """getopt: options in order, then --, then what is left; nothing but -- where nobody gives any."""
    texts = [each.text for each in words]
    split = texts.index("--") if "--" in texts else len(words)
    short = next((two for one, two in pairwise(texts[:split]) if one in ("-o", "--options")), "")
    long = next((two for one, two in pairwise(texts[:split]) if one in ("-l", "--long", "--longoptions")), "")
    short = short or next((each[2:] for each in texts[:split] if each.startswith("-o") and len(each) > 2), "")
    long = long or next((each.partition("=")[2] for each in texts if re.match(r"--long(?:options)?=", each)), "")
    taking = {f"--{each[:-1]}" for each in long.split(",") if each.endswith(":")}
    taking |= {f"-{each[0]}" for each in re.findall(r"\w:", short)}
    rest = list(words[split + 1 :])
    options: list[Traced] = []
    others: list[Traced] = []
    while rest:
        word = rest.pop(0)
        name, sign, _ = word.text.partition("=")
        if word.text == "--":
            others += rest
            break
        if not word.text.startswith("-") or word.text == "-":
            others.append(word)
        elif name in taking:
            options += [word.part(0, len(name)), word.part(len(name) + 1) if sign else rest.pop(0) if rest else EMPTY]
        else:
            options.append(word)
    found = [*options, Traced("--", (words[0].place,) * 2), *others]
    say(shell, joined(part for each in found for part in (Traced(" ", (each.place,)), each)), command)
    return True


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
    given = [each.text for each in words[1:]]
    sign = "\n"
    if given and (match := re.fullmatch(r"-s(.*)", given[0])):
        sign, given = (match[1], given[1:]) if match[1] else (given[1] if len(given) > 1 else "", given[2:])
    numbers = [int(each) for each in given if re.fullmatch(r"-?\d{1,6}", each)]
    if len(numbers) != len(given) or not 1 <= len(numbers) <= 3:
        say(shell, computed(UNKNOWN, words[0]), command)
        return True
    first, step, last = {1: (1, 1, numbers[-1]), 2: (numbers[0], 1, numbers[-1])}.get(len(numbers), tuple(numbers[:3]))
    every = range(first, last + (1 if step > 0 else -1), step or 1)[:500]
    say(shell, computed(sign.join(map(str, every)) + "\n", words[0]), command)
    return True
