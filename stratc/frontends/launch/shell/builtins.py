"""What shells do themselves, and the small programs whose output the text tells."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from stratc.frontends.launch.shell.conditions import Truth, holds
from stratc.frontends.launch.shell.memory import Leave
from stratc.frontends.launch.shell.parse import parse
from stratc.frontends.launch.traced import EMPTY, UNKNOWN, Traced, computed, joined

if TYPE_CHECKING:
    from stratc.frontends.launch.shell.run import Shell
    from stratc.frontends.launch.shell.tree import Simple

LAUNCHERS = re.compile(
    r"(?:^|/)(?:torchrun|deepspeed|accelerate|srun|mpirun|mpiexec|sbatch|vllm|sglang|trtllm-serve|uv|python[\d.]*)$"
)
Builtin = Callable[["Shell", Sequence[Traced], "Simple"], Truth]


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


def _echo(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:
    rest = list(words[1:])
    newline = True
    while rest and re.fullmatch(r"-[neE]+", rest[0].text):
        newline = newline and "n" not in rest.pop(0).text
    parts: list[Traced] = []
    for each in rest:
        parts += [Traced(" ", (each.place,)), each] if parts else [each]
    say(shell, joined([*parts, Traced("\n", (-1,)) if newline else EMPTY]), command)
    return True


def _printf(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:
    rest = list(words[1:])
    name = ""
    if len(rest) > 2 and rest[0].text == "-v":
        name, rest = rest[1].text, rest[2:]
    if not rest:
        return True
    values = iter(rest[1:])
    parts: list[Traced] = []
    at = 0
    for hole in re.finditer(r"%[-0-9.]*[sdfgiq]|%%|\\n|\\t", rest[0].text):
        parts.append(rest[0].part(at, hole.start()))
        sign = hole.group()
        parts.append(
            next(values, EMPTY)
            if sign[0] == "%" and sign != "%%"
            else computed({"\\n": "\n", "\\t": "\t"}.get(sign, "%"), rest[0])
        )
        at = hole.end()
    text = joined([*parts, rest[0].part(at)])
    if name:
        shell.assign(name, text)
    else:
        say(shell, text, command)
    return True


def _cat(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:
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


def _declare(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:
    for each in command.declared:
        shell.set(each)
    for word in words[1:]:
        name, sign, _ = word.text.partition("=")
        if sign and name.isidentifier():  # export "$NAME=$VALUE"
            shell.assign(name, word.part(len(name) + 1))
    return True


def _unset(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:  # noqa: ARG001
    for each in words[1:]:
        shell.variables.pop(each.text, None)
        shell.arrays.pop(each.text, None)
    return True


def _set(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:  # noqa: ARG001
    marks = [index for index, each in enumerate(words) if each.text == "--"]
    if marks:
        shell.arguments = list(words[marks[0] + 1 :])
    return True


def _shift(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:  # noqa: ARG001
    count = int(words[1].text) if len(words) > 1 and words[1].text.isdigit() and len(words[1].text) < 4 else 1
    if shell.arguments:
        shell.arguments = shell.arguments[count:]
    return True


def _source(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:  # noqa: ARG001
    script = shell.fetch(words[1]) if len(words) > 1 and shell.depth < 10 else None
    if script is None:
        shell.unread.extend(words[1:2])
        return True

    shell.depth += 1
    shell.sourced.append(words[1])
    try:
        return shell.block(parse(script))
    except Leave as leave:
        if leave.word != "return":
            raise
        return True
    finally:
        shell.sourced.pop()
        shell.depth -= 1


def _eval(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:  # noqa: ARG001
    parts: list[Traced] = []
    for each in words[1:]:
        parts += [Traced(" ", (each.place,)), each] if parts else [each]

    if shell.depth < 10:
        shell.depth += 1
        try:
            return shell.block(parse(joined(parts)))
        finally:
            shell.depth -= 1
    return True


def _exit(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:  # noqa: ARG001
    """Ends the script; a guard that would end it before anything is launched is passed over."""

    launched = any(LAUNCHERS.search(word.text) for each in shell.found for word in each.words[:1])
    fails = len(words) > 1 and words[1].text != "0"
    if words[0].text == "exit" and shell.guarded and (fails or not launched):
        return True
    raise Leave(words[0].text)


def _test(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:  # noqa: ARG001
    plain = [each.text for each in words[1:]]
    return holds(plain[:-1] if words[0].text == "[" and plain[-1:] == ["]"] else plain, patterns=False)


def _read(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:
    """read: the words of a here-string, else only a run would tell."""
    given = next((shell.text(each.target) for each in command.redirects if each.sign == "<<<"), None)
    names = [each.text for each in words[1:] if not each.text.startswith("-")]
    separator = shell.value("IFS")
    array = next((i for i, each in enumerate(words) if re.fullmatch(r"-\w*a", each.text)), -1)
    parts = [] if given is None else _parted(given, separator.text if separator else " \t\n")
    if array >= 0 and array + 1 < len(words):
        shell.arrays[words[array + 1].text] = {str(number): each for number, each in enumerate(parts)}
        return True
    for number, name in enumerate(names):
        value = parts[number] if number < len(parts) else computed(UNKNOWN if given is None else "", words[0])
        shell.assign(name, value)
    return given is not None or None


def _parted(text: Traced, signs: str) -> list[Traced]:
    found, at = [], 0
    for index, char in enumerate(text.text):
        if char in signs:
            found.append(text.part(at, index))
            at = index + 1
    found.append(text.part(at))
    return [each.stripped() for each in found if each.text.strip()]


def _path(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:
    """dirname, basename, realpath, readlink, of a path that is known."""
    given = next((each for each in words[1:] if not each.text.startswith("-")), EMPTY)
    head, sign, tail = given.text.rpartition("/")
    if words[0].text == "dirname":
        text = given.part(0, len(head)) if sign and head else computed("/" if sign else ".", given)
    else:
        text = given.part(len(head) + len(sign)) if words[0].text == "basename" and tail else given
    say(shell, text, command)
    return True


def _cd(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:  # noqa: ARG001
    shell.assign(
        "PWD", next((each for each in words[1:] if each.text not in ("--", "-P")), computed(UNKNOWN, words[0]))
    )
    return True


def _pwd(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:  # noqa: ARG001
    say(shell, shell.value("PWD") or EMPTY, command)
    return True


def _expr(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:
    say(
        shell,
        shell.arithmetic(joined([part for each in words[1:] for part in (each, Traced(" ", (each.place,)))])),
        command,
    )
    return True


def _let(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:  # noqa: ARG001
    for each in words[1:]:
        shell.arithmetic(each)
    return True


def _seq(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:
    numbers = [int(each.text) for each in words[1:] if re.fullmatch(r"-?\d{1,6}", each.text)]
    if len(numbers) != len(words) - 1 or not 1 <= len(numbers) <= 3:
        say(shell, computed(UNKNOWN, words[0]), command)
        return True
    first, step, last = {1: (1, 1, numbers[-1]), 2: (numbers[0], 1, numbers[-1])}.get(len(numbers), tuple(numbers[:3]))
    every = range(first, last + (1 if step > 0 else -1), step or 1)[:500]
    say(shell, computed("\n".join(map(str, every)), words[0]), command)
    return True


def _known(truth: Truth) -> Builtin:
    return lambda shell, words, command: truth  # noqa: ARG005


BUILTINS: dict[str, Builtin] = {
    ":": _known(True), "true": _known(True), "false": _known(False),
    "echo": _echo, "printf": _printf, "cat": _cat, "tee": _cat,
    **dict.fromkeys(("export", "declare", "local", "readonly", "typeset"), _declare),
    "unset": _unset, "set": _set, "shift": _shift, "source": _source, ".": _source, "eval": _eval,
    **dict.fromkeys(("exit", "return", "break", "continue"), _exit),
    "[": _test, "test": _test, "read": _read,
    **dict.fromkeys(("dirname", "basename", "realpath", "readlink"), _path),
    "cd": _cd, "pushd": _cd, "pwd": _pwd, "expr": _expr, "let": _let, "seq": _seq,
}  # fmt: skip
