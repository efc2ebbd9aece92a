"""Programs that a script starts: what they carry is followed, the rest is noted as a launch."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from stratc.frontends.launch.shell import slurm
from stratc.frontends.launch.shell.builtins import BUILTINS
from stratc.frontends.launch.shell.conditions import Truth
from stratc.frontends.launch.shell.filters import NAMES, filtered
from stratc.frontends.launch.shell.flow import Leave
from stratc.frontends.launch.shell.inputs import given, lines
from stratc.frontends.launch.shell.output import say
from stratc.frontends.launch.shell.started import Script
from stratc.frontends.launch.shell.tree import Simple
from stratc.frontends.launch.traced import UNKNOWN, Traced, computed, joined

if TYPE_CHECKING:
    from stratc.frontends.launch.shell.run import Shell
    from stratc.frontends.launch.shell.tree import Command

ASKING = {
    *("command", "which", "nvidia-smi", "type", "hash", "curl", "ping", "pgrep", "cmp", "diff"),
    *("nc", "mountpoint"),
}
SILENT = {
    *("ulimit", "shopt", "trap", "umask", "wait", "sleep", "clear", "mkdir", "rm", "ln", "touch"),
    *("chmod", "module", "conda", "pip"),
}
CARRYING = ("exec", "time", "nohup", "sudo", "env", "builtin")
_SCRIPT = re.compile(r"\.(?:sh|slurm|sbatch|bash)$")


def call(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:
    """Does what a command does, or notes it as a launch; whether it succeeds, as far as the text tells."""
    name = words[0].text
    if name in shell.functions and shell.depth < 10:
        return _function(shell, name, list(words[1:]))
    if name in CARRYING:
        return _rest(shell, words, command)
    if (figure := _figure(words)) is not None:
        say(shell, computed(figure + "\n", words[-1]), command)
        return True
    if _starts(words):
        _handed(shell, words, given(shell, command.redirects), command)
        return True
    if name in BUILTINS:
        return BUILTINS[name](shell, words, command)
    if name in SILENT and not (name == "conda" and words[1:] and words[1].text == "run"):
        return True
    if name in ASKING:
        say(shell, computed(UNKNOWN, words[0]), command)
        return None
    say(shell, computed(UNKNOWN, words[0]), command)
    _outer(shell, words, command)
    return True


def _figure(words: Sequence[Traced]) -> str | None:
    """What a program of one line works out: python -c "print(2 * 3)", awk 'BEGIN { print 2 * 3 }'."""
    match [each.text for each in words]:
        case [python, "-c", program] if re.fullmatch(r"(?:.*/)?python[\d.]*", python):
            from stratc.frontends.launch.shell.figures import printed

            return printed(program)
        case ["awk" | "gawk" | "mawk", *rest] if rest and all(each[:2] == "-v" or "=" in each for each in rest[:-1]):
            from stratc.frontends.launch.shell.awk import number

            return number(rest)
        case _:
            return None


def _rest(shell: Shell, words: Sequence[Traced], command: Simple) -> Truth:
    """exec, time, nohup, sudo, env: the command behind them."""
    rest = list(words[1:])
    while rest and (rest[0].text.startswith("-") or ("=" in rest[0].text and words[0].text in ("env", "sudo"))):
        name, sign, _ = rest[0].text.partition("=")
        if sign and name.isidentifier():
            shell.assign(name, rest[0].part(len(name) + 1))
        rest = rest[1:]
    return call(shell, rest, command) if rest else True


def _outer(shell: Shell, words: Sequence[Traced], command: Simple) -> None:
    """A program: what it carries is followed, the rest would be launched."""
    at = next((index for index, each in enumerate(words) if _is_shell(each.text)), -1)
    document = next((each for each in command.redirects if each.sign in ("<<", "<<<")), None)
    if at >= 0 and (rest := _shell_script(shell, words[at + 1 :])) is not None:
        shell.inner(rest, words[:at])
        return
    if words[0].text in ("sbatch", "bash", "sh", "srun") and document is not None and len(words) < 12:
        text = document.target if document.literal else shell.text(document.target, quoted=True)
        _job(shell, words, Script(text))
        return
    if words[0].text == "sbatch":
        scripts = _scripts(words)
        wrapped = next((each.part(7) for each in words if each.text.startswith("--wrap=")), None)
        first = scripts[0] if scripts else len(words)
        job = Script(wrapped) if wrapped else shell.script(words[first], words[first + 1 :]) if scripts else None
        if job is not None:
            _job(shell, words, job)
            return
    if words[0].text in ("ssh", "pdsh") and len(words) > 2:
        shell.inner(Script(words[-1]), words[:-1])
        return
    if _SCRIPT.search(words[0].text) and (own := shell.script(words[0], words[1:])) is not None:
        shell.inner(own, words[:1])
        return
    shell.launch(words)


def _job(shell: Shell, words: Sequence[Traced], script: Script) -> None:
    """A job script: the options of sbatch outweigh those in its header."""
    outer = shell.slurm
    shell.slurm = {}
    try:
        given = slurm.options(words)
        head = slurm.header(script.text)
        shell.slurm = {**head, **given}
        shell.inner(script, words)
    finally:
        shell.slurm = outer


def _is_shell(text: str) -> bool:
    return text.rpartition("/")[2] in ("bash", "sh", "zsh")


def _shell_script(shell: Shell, words: Sequence[Traced]) -> Script | None:
    """The script that a shell is given: behind -c, or in a file that can be read."""
    for index, each in enumerate(words):
        if re.fullmatch(r"-[a-z]*c", each.text):
            rest = list(words[index + 2 :])
            return Script(words[index + 1], rest[1:] or None) if index + 1 < len(words) else None
        if not each.text.startswith("-"):
            return shell.script(each, words[index + 1 :])
    return None


def _function(shell: Shell, name: str, arguments: list[Traced]) -> Truth:
    outer, ragged = shell.arguments, shell.ragged
    shell.arguments, shell.ragged = arguments, False
    shell.depth += 1
    shell.locals.append({})
    try:
        return shell.block(shell.functions[name])
    except Leave as leave:
        if leave.word != "return":
            raise
        return True
    finally:
        shell.show(shell.locals.pop())
        shell.arguments, shell.ragged = outer, ragged
        shell.depth -= 1


def piped(shell: Shell, parts: Sequence[Command]) -> Truth:
    """Commands joined by |: what the first says goes through filters whose work is known."""
    if len(parts) == 1:
        return shell.command(parts[0])
    outer, shell.output = shell.output, []
    shell.command(parts[0])
    said: Traced | None = joined(shell.output or [])
    place = said.place if said is not None else -1
    shell.output = outer
    for each in parts[1:]:
        words = shell.words(each.words) if isinstance(each, Simple) else []
        told = filtered(shell, said, words) if said is not None and words else None
        if told is None and (not words or words[0].text not in NAMES or _starts(words)):
            _consumed(shell, each, words, said, place, each is parts[-1])
        elif told is None and each is parts[-1] and shell.output is not None:
            shell.output.append(Traced(UNKNOWN, (place,)))
        elif told is not None and each is parts[-1] and isinstance(each, Simple):
            say(shell, told, each)
        said = told
    return True


def _starts(words: Sequence[Traced]) -> bool:
    """Whether xargs is given a program to start."""
    return words[0].text == "xargs" and any(each.text not in ("xargs", "echo") for each in words)


def _consumed(
    shell: Shell, command: Command, words: Sequence[Traced], said: Traced | None, place: int, last: bool
) -> None:
    """A command behind a pipe that is no filter: it may start something, and what it says is not known."""
    outer, shell.output = shell.output, []
    read, shell.input = shell.input, lines(said) if said is not None and said.is_known else None
    with shell.apart():
        if words and words[0].text == "xargs":
            _handed(shell, words, said, command)
        elif said is not None and len(words) == 1 and _is_shell(words[0].text):
            shell.inner(Script(said), words)
        elif said is not None and len(words) > 0 and words[0].text == "sbatch" and not _scripts(words):
            _job(shell, words, Script(said))
        else:
            shell.command(command)
    shell.output, shell.input = outer, read
    if last and outer is not None:
        outer.append(Traced(UNKNOWN, (place,)))


def _handed(shell: Shell, words: Sequence[Traced], said: Traced | None, command: Command) -> None:
    """xargs: the command behind it, with what it reads as further words, or a line in the place of -I."""
    at, mark = 1, ""
    while at < len(words) and words[at].text.startswith("-"):
        sign = words[at].text
        mark = (sign[2:] or words[at + 1].text if at + 1 < len(words) else "") if sign[:2] == "-I" else mark
        at += 2 if sign in ("-I", "-n", "-P", "-L", "-d", "-a") else 1
    open_ones = [Traced(UNKNOWN, (words[0].place,))]
    further = open_ones if said is None else [said.part(*each.span()) for each in re.finditer(r"\S+", said.text)]
    inner = Simple((), (), command.redirects if isinstance(command, Simple) else ())
    if at < len(words) and not mark:
        call(shell, [*words[at:], *further], inner)
    for line in (lines(said) if said is not None else open_ones) if at < len(words) and mark else ():
        call(shell, [_put(each, mark, line) for each in words[at:]], inner)


def _put(word: Traced, mark: str, line: Traced) -> Traced:
    """A word with a line in the place of each mark."""
    parts: list[Traced] = []
    at = 0
    while (hit := word.text.find(mark, at)) >= 0:
        parts += [word.part(at, hit), line]
        at = hit + len(mark)
    return joined([*parts, word.part(at)])


def _scripts(words: Sequence[Traced]) -> list[int]:
    return [index for index, each in enumerate(words) if _SCRIPT.search(each.text)]
