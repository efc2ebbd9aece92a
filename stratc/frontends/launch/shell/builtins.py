"""What shells do themselves, and the small programs whose output the text tells."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from stratc.frontends.launch.shell.conditions import Truth, holds
from stratc.frontends.launch.shell.filters import NAMES
from stratc.frontends.launch.shell.flow import Leave
from stratc.frontends.launch.shell.inputs import mapfile, read
from stratc.frontends.launch.shell.output import (
    cat,
    entries,
    envsubst,
    expr,
    formatted,
    getopt,
    moved,
    path,
    say,
    sed,
    seq,
    through,
)
from stratc.frontends.launch.shell.parse import parse
from stratc.frontends.launch.shell.tests import answered
from stratc.frontends.launch.traced import EMPTY, UNKNOWN, Traced, computed, joined

if TYPE_CHECKING:
    from stratc.frontends.launch.shell.run import Shell
    from stratc.frontends.launch.shell.tree import Simple

LAUNCHERS = re.compile(
    r"(?:^|/)(?:torchrun|deepspeed|accelerate|srun|mpirun|mpiexec|sbatch|vllm|sglang|trtllm-serve|uv|python[\d.]*)$"
)
Builtin = Callable[["Shell", Sequence[Traced], "Simple"], Truth]


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
    rest = rest[1:] if rest and rest[0].text == "--" else rest
    if not rest:
        return True
    text = formatted(rest[0], rest[1:])
    if name:
        shell.assign(name, text)
    else:
        say(shell, text, command)
    return True


def _has_sign(words: Sequence[Traced], letter: str) -> bool:
    return any(re.fullmatch(rf"-\w*{letter}\w*", each.text) for each in words[1:])


def _declare(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:
    refers = _has_sign(words, "n") and words[0].text != "export"
    if words[0].text == "export" or _has_sign(words, "x"):
        shell.exported.update(each.name for each in command.declared)
        shell.exported.update(each.text.partition("=")[0] for each in words[1:])
    if words[0].text == "local" or (words[0].text in ("declare", "typeset") and not _has_sign(words, "g")):
        for each in command.declared:
            shell.hide(each.name, empties=False)  # its value may still speak of what the name stands for outside
        for word in words[1:]:
            shell.hide(word.text.partition("=")[0], empties="=" not in word.text)
    whole = _has_sign(words, "i") and words[0].text != "export"
    for name in (*(each.name for each in command.declared), *(each.text.partition("=")[0] for each in words[1:])):
        shell.whole = shell.whole | {name} if whole else shell.whole - {name}
    for each in command.declared:
        if refers and isinstance(each.value, Traced):
            shell.references[each.name] = shell.text(each.value).text
        else:
            shell.references.pop(each.name, None)
            shell.set(each)
    for word in words[1:]:
        name, sign, _ = word.text.partition("=")
        if sign and name.isidentifier():  # export "$NAME=$VALUE"
            shell.assign(name, word.part(len(name) + 1))
    return True


def _unset(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:  # noqa: ARG001
    for each in words[1:]:
        name, bracket, index = each.text.partition("[")
        name = shell.references.get(name, name)
        if bracket and name in shell.arrays:
            shell.drop(name, index.rstrip("]"))
        elif not bracket:
            shell.variables.pop(name, None)
            shell.arrays.pop(name, None)
    return True


def _set(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:  # noqa: ARG001
    signs = [each.text for each in words[1:]]
    if "-a" in signs or "allexport" in signs or "+a" in signs:
        shell.exports_all = "+a" not in signs and "+o" not in signs
    marks = [index for index, each in enumerate(words) if each.text == "--"]
    if marks:
        shell.arguments = list(words[marks[0] + 1 :])
        shell.ragged = any(each.text == UNKNOWN for each in shell.arguments)
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
    shell.sourced.append(shell.place(words[1]) or "")
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
    raise Leave(words[0].text, int(words[1].text) if len(words) > 1 and re.fullmatch(r"[1-9]", words[1].text) else 1)


def _test(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:  # noqa: ARG001
    plain = [each.text for each in words[1:]]
    plain = plain[:-1] if words[0].text == "[" and plain[-1:] == ["]"] else plain
    return holds(answered(shell, plain), patterns=False)


def _cd(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:  # noqa: ARG001
    shell.assign(
        "PWD", next((each for each in words[1:] if each.text not in ("--", "-P")), computed(UNKNOWN, words[0]))
    )
    return True


def _pwd(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:  # noqa: ARG001
    say(shell, shell.value("PWD") or EMPTY, command)
    return True


def _let(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:  # noqa: ARG001
    for each in words[1:]:
        shell.arithmetic(each)
    return True


def _getopts(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:  # noqa: ARG001
    """getopts: the next of the options that are given; letters that share a dash are open."""
    if len(words) < 3:
        return False
    given = list(words[3:] or shell.arguments or [])
    counted = (shell.value("OPTIND") or Traced("1")).text
    at = int(counted) - 1 if counted.isdecimal() else 0
    option = given[at] if 0 <= at < len(given) else EMPTY
    if not re.fullmatch(r"-[^-\s].*", option.text) or not option.is_known:
        return False
    takes = f"{option.text[1]}:" in words[1].text
    if not takes and len(option.text) > 2:
        return None
    apart = takes and len(option.text) == 2
    value = (given[at + 1] if at + 1 < len(given) else EMPTY) if apart else option.part(2)
    shell.assign(words[2].text, option.part(1, 2))
    shell.assign("OPTARG", value)
    shell.assign("OPTIND", computed(str(at + 3 if apart else at + 2), words[0]))
    return True


def _known(truth: Truth) -> Builtin:
    return lambda shell, words, command: truth  # noqa: ARG005


BUILTINS: dict[str, Builtin] = {
    ":": _known(True), "true": _known(True), "false": _known(False),
    "echo": _echo, "printf": _printf,
    **dict.fromkeys(("export", "declare", "local", "readonly", "typeset"), _declare),
    "unset": _unset, "set": _set, "shift": _shift, "source": _source, ".": _source, "eval": _eval,
    **dict.fromkeys(("exit", "return", "break", "continue"), _exit),
    "[": _test, "test": _test, "read": read, "mapfile": mapfile, "readarray": mapfile, "getopts": _getopts,
    **dict.fromkeys(("dirname", "basename", "realpath", "readlink"), path),
    "cp": moved, "mv": moved,
    "cd": _cd, "pushd": _cd, "pwd": _pwd, "expr": expr, "getopt": getopt, "let": _let, "seq": seq,
    **dict.fromkeys(NAMES, through), "cat": cat, "tee": cat, "envsubst": envsubst, "sed": sed,
    **dict.fromkeys(("yq", "jq"), entries),
}  # fmt: skip
