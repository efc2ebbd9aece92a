"""Follows a script from its text: assignments, tests, loops and functions, until it comes to what it would launch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from stratc.errors import InputError
from stratc.frontends.frontend import Load
from stratc.frontends.launch.shell import builtins, slurm
from stratc.frontends.launch.shell.arithmetic import evaluate
from stratc.frontends.launch.shell.conditions import Truth, holds, negated
from stratc.frontends.launch.shell.expand import fields, text_of
from stratc.frontends.launch.shell.lex import Broken
from stratc.frontends.launch.shell.parse import parse
from stratc.frontends.launch.shell.tree import (
    Arithmetic,
    Assign,
    Block,
    Case,
    Chain,
    Command,
    Count,
    For,
    Function,
    Group,
    If,
    Loop,
    Pipe,
    Redirect,
    Simple,
    Test,
)
from stratc.frontends.launch.traced import EMPTY, UNKNOWN, Atlas, Traced, computed, joined

STEPS, LAUNCHES, DEEPEST = 20_000, 400, 12
RUN_ONLY = frozenset(
    [
        "HOME",
        "USER",
        "HOSTNAME",
        "RANDOM",
        "SECONDS",
        "SLURM_JOB_ID",
        "SLURM_JOBID",
        "SLURM_PROCID",
        "SLURM_LOCALID",
        "SLURM_NODEID",
        "RANK",
        "LOCAL_RANK",
        "SLURM_JOB_NODELIST",
        "SLURM_NODELIST",
        "SLURM_CPUS_PER_TASK",
        "SLURM_SUBMIT_DIR",
        "SLURMD_NODENAME",
        "TMPDIR",
        "$",
        "!",
        "-",
    ]
)


@dataclass(frozen=True, slots=True)
class Invocation:
    """A command with its words, those that carry it (srun, sbatch), Slurm's options and the files written before."""

    words: tuple[Traced, ...]
    carriers: tuple[tuple[Traced, ...], ...] = ()
    slurm: dict[str, Traced] = field(default_factory=dict)
    files: dict[str, Traced] = field(default_factory=dict)
    variables: dict[str, Traced] = field(default_factory=dict)


class Leave(Exception):  # noqa: N818  # flow of the script: exit, return, break, continue
    """Ends the script, a function or a turn of a loop."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


class Shell:
    """The state of a script while it is followed; nothing it names is run, and it ends after a number of steps."""

    def __init__(self, atlas: Atlas, load: Load, name: str) -> None:
        self.atlas, self.load, self.name = atlas, load, name
        self.variables: dict[str, Traced] = {"PWD": Traced(".", (-1,)), "OLDPWD": EMPTY}
        self.arrays: dict[str, dict[str, Traced]] = {}
        self.functions: dict[str, Block] = {}
        self.arguments: list[Traced] | None = None  # None: only a run would tell
        self.found: list[Invocation] = []
        self.files: dict[str, Traced] = {}
        self.slurm: dict[str, Traced] = {}
        self.carriers: tuple[tuple[Traced, ...], ...] = ()
        self.unread: list[Traced] = []  # files that are sourced and cannot be read
        self.steps, self.depth, self.guarded = STEPS, 0, 0
        self.output: list[Traced] | None = None

    def follow(self, script: Traced) -> None:
        """Everything that a script does, up to its end or its first exit."""
        header = slurm.header(script)
        self.slurm = {**self.slurm, **header}
        self.variables |= slurm.variables(self.slurm)
        try:
            self.block(parse(script))
        except Leave:
            return

    # what expansion asks

    def value(self, name: str, index: str = "") -> Traced | None:
        """The value of a variable or of an item of an array; None when it is not set."""
        if name in self.arrays:
            key = index or "0"
            array = self.arrays[name]
            return array.get(key) or array.get(self.text(computed(key, EMPTY)).text) or array.get(self._index(key))
        if name.isdigit():
            number = int(name)
            if number == 0:
                return Traced(
                    self.name.rpartition("/")[2] or self.name, (-1,) * len(self.name.rpartition("/")[2] or self.name)
                )
            return self.arguments[number - 1] if self.arguments and number <= len(self.arguments) else None
        if name == "#":
            return Traced(UNKNOWN if self.arguments is None else str(len(self.arguments)), (-1,))
        if name == "?":
            return Traced("0", (-1,))
        if name == "BASH_SOURCE":
            return self.value("0")
        if name not in self.variables and name in RUN_ONLY:
            return Traced(UNKNOWN, (-1,))
        return self.variables.get(name)

    def _index(self, key: str) -> str:
        value = evaluate(key, self._number, lambda *_: None)
        return "" if value is None else str(value)

    def values(self, name: str) -> list[Traced] | None:
        """The items of an array, or the arguments; None when there is none."""
        if name in ("@", "*"):
            return list(self.arguments or [])
        if name in self.arrays:
            return list(self.arrays[name].values())
        value = self.value(name)
        return None if value is None else [value]

    def keys(self, name: str) -> list[str]:
        """The indices of an array."""
        return list(self.arrays.get(name, {}))

    def assign(self, name: str, value: Traced) -> None:
        """Sets a variable."""
        self.arrays.pop(name, None)
        self.variables[name] = value

    def arithmetic(self, text: Traced) -> Traced:
        """The value of $((…)), standing where its expression stands."""
        expanded = self.text(text, quoted=True)
        value = evaluate(expanded.text, self._number, self._set_number) if expanded.is_known else None
        return computed(UNKNOWN if value is None else str(value), text)

    def _number(self, name: str, depth: int = 0) -> int | None:
        name, _, index = name.partition("[")
        value = self.value(name, index.rstrip("]"))
        if value is None or not value.is_known:
            return None
        if not value.text.strip():
            return 0
        return evaluate(value.text, lambda each: self._number(each, depth + 1) if depth < 5 else None, self._set_number)

    def _set_number(self, name: str, value: int | None) -> None:
        if name:
            self.assign(name, Traced(UNKNOWN if value is None else str(value), (-1,) * len(str(value or 0))))

    def substitute(self, script: Traced) -> Traced:
        """The output of $(…), unknown unless it comes from echo and its kin."""
        if self.depth >= DEEPEST:
            return computed(UNKNOWN, script)
        outer, self.output = self.output, []
        state = dict(self.variables)
        self.depth += 1
        try:
            self.block(parse(script))
        except Leave:
            pass
        finally:
            said, self.output = self.output, outer
            self.variables = state
            self.depth -= 1
        told = joined(said or [])
        if not said or not told.is_known:
            return computed(UNKNOWN if said or parse(script) else "", script)
        return told.part(0, len(told.text.rstrip("\n")))

    def text(self, raw: Traced, quoted: bool = False) -> Traced:
        """What a word stands for, not split."""
        try:
            return text_of(raw, self, quoted)
        except (Broken, RecursionError):
            return computed(UNKNOWN, raw)

    def words(self, raw: Iterable[Traced]) -> list[Traced]:
        """What words stand for, split."""
        found: list[Traced] = []
        for each in raw:
            try:
                found.extend(fields(each, self))
            except (Broken, RecursionError):
                found.append(computed(UNKNOWN, each))
        return found

    # commands

    def block(self, commands: Block) -> Truth:
        """Commands in order; the truth of the last."""
        truth: Truth = True
        for each in commands:
            truth = self.command(each)
        return truth

    def command(self, command: Command) -> Truth:
        """One command; whether it succeeds, as far as the text tells."""
        self.steps -= 1
        if self.steps < 0:
            raise Leave("exit")
        match command:
            case Simple():
                return self.simple(command)
            case Test(words):
                return holds([self._tested(each) for each in words], patterns=True)
            case Arithmetic(text):
                value = self.arithmetic(text)
                return None if not value.is_known else value.text != "0"
            case Pipe(parts, negates):
                truth = builtins.piped(self, parts)
                return negated(truth) if negates else truth
            case Chain(first, rest):
                return self._chain(first, rest)
            case Group(body, redirects):
                return self._grouped(body, redirects)
            case Function(name, body):
                self.functions[name] = body
                return True
            case _:
                return self._compound(command)

    def _tested(self, word: Traced) -> str:
        return word.text if word.text in ("&&", "||", "!", "(", ")", "<", ">") else self.text(word).text

    def _chain(self, first: Command, rest: Sequence[tuple[str, Command]]) -> Truth:
        truth = self.command(first)
        for sign, each in rest:
            if truth is (sign == "&&"):
                self.guarded += 1
                truth = self.command(each)
                self.guarded -= 1
        return truth

    def _grouped(self, body: Block, redirects: Sequence[Redirect]) -> Truth:
        if not redirects:
            return self.block(body)
        outer, self.output = self.output, []
        try:
            truth = self.block(body)
        finally:
            said, self.output = self.output, outer
        for each in redirects:
            if each.sign in (">", ">>", ">|") and said is not None:
                self.files[self.text(each.target).text] = joined(said)
        return truth

    def _compound(self, command: Command) -> Truth:
        match command:
            case If(arms, otherwise):
                for test, body in arms:
                    if self.block(test):
                        return self._guarded(body)
                return self._guarded(otherwise)
            case Case(word, arms):
                value = self.text(word).text
                for patterns, body in arms:
                    if any(holds([value, "==", self.text(each).text], True) for each in patterns):
                        return self._guarded(body)
                return True
            case For(name, words, body):
                given = self.words(words) if words else list(self.arguments or [])
                for each in given:
                    self.assign(name, each)
                    if not self._turn(body):
                        break
            case Count(head, body):
                self._count(head, body)
            case Loop(test, body, until):
                while self.block(test) is (not until):
                    if not self._turn(body):
                        break
        return True

    def _guarded(self, body: Block) -> Truth:
        self.guarded += 1
        try:
            return self.block(body)
        finally:
            self.guarded -= 1

    def _count(self, head: Sequence[Traced], body: Block) -> None:
        start, test, step = (*head, EMPTY, EMPTY, EMPTY)[:3]
        self.arithmetic(start)
        while self.arithmetic(test).text not in ("0", UNKNOWN, ""):
            if not self._turn(body):
                return
            self.arithmetic(step)

    def _turn(self, body: Block) -> bool:
        """One turn of a loop; whether another one may follow."""
        self.steps -= 1
        if self.steps < 0:
            raise Leave("exit")
        try:
            self.block(body)
        except Leave as leave:
            if leave.word == "continue":
                return True
            if leave.word == "break":
                return False
            raise
        return True

    def simple(self, command: Simple) -> Truth:
        """Assignments, then the words: a function, what shells do themselves, or a program that would be launched."""
        before = {each.name: self.variables.get(each.name) for each in command.assigns} if command.words else {}
        for each in command.assigns:
            self.set(each)
        words = self.words(command.words)
        truth = builtins.call(self, words, command) if words else True
        for name, value in before.items():
            if value is None:
                self.variables.pop(name, None)
            else:
                self.variables[name] = value
        return truth

    def set(self, each: Assign) -> None:
        """Does one assignment."""
        if isinstance(each.value, tuple):
            array = self.arrays.setdefault(each.name, {}) if each.append else {}
            for word in each.value:
                for item in self.words([word]):
                    array[str(len(array))] = item
            self.arrays[each.name] = array
            return
        value = self.text(each.value)
        if each.index is not None:
            array = self.arrays.setdefault(each.name, {})
            key = self.text(each.index).text
            array[self._index(key) or key] = value
        elif each.append:
            old = self.value(each.name)
            self.assign(each.name, joined([old or EMPTY, value]))
        else:
            self.assign(each.name, value)

    def launch(self, words: Sequence[Traced]) -> None:
        """Notes a program that would be started."""
        if len(self.found) < LAUNCHES:
            plain = {name: value for name, value in self.variables.items() if len(value.text) < 100}
            self.found.append(Invocation(tuple(words), self.carriers, dict(self.slurm), dict(self.files), plain))

    def inner(self, script: Traced, carrier: Sequence[Traced], arguments: list[Traced] | None) -> None:
        """A script inside the script, carried by another program."""
        if self.depth >= DEEPEST:
            return
        outer = self.arguments, self.carriers, self.guarded
        self.arguments, self.carriers, self.guarded = arguments, (*self.carriers, tuple(carrier)), 0
        self.depth += 1
        try:
            self.follow(script)
        finally:
            self.depth -= 1
            self.arguments, self.carriers, self.guarded = outer

    def fetch(self, path: Traced) -> Traced | None:
        """The text of a file that the script names, relative to the script; None when it cannot be read."""
        name = path.text.replace(UNKNOWN, ".")
        if name in self.files:
            return self.files[name]
        if not name or name.startswith(("/", "~")) or "\0" in name:
            return None
        try:
            return self.atlas.add(self.load(name, self.name))
        except (InputError, ValueError, OSError):
            return None
