"""What a shell knows while a script is followed: variables, arguments, files, and what it would have launched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from stratc.errors import InputError
from stratc.frontends.frontend import Load
from stratc.frontends.launch.shell.arithmetic import evaluate
from stratc.frontends.launch.shell.expand import fields, text_of
from stratc.frontends.launch.shell.lex import Broken
from stratc.frontends.launch.shell.tree import Block
from stratc.frontends.launch.traced import ABSENT, EMPTY, UNKNOWN, Atlas, Traced, computed

STEPS, LAUNCHES, DEEPEST = 20_000, 400, 12
ABOVE = 4  # folders above a script in which the files that it names are looked for
RUN_ONLY = {  # variables that only a run would set, beside those of Slurm that no header tells
    *("HOME", "USER", "HOSTNAME", "RANDOM", "SECONDS", "TMPDIR", "RANK", "LOCAL_RANK", "$", "!", "-"),
    "SLURMD_NODENAME",
}


@dataclass(frozen=True, slots=True)
class Invocation:
    """A command with its words, those that carry it (srun, sbatch), Slurm's options and the files written before."""

    words: tuple[Traced, ...]
    carriers: tuple[tuple[Traced, ...], ...] = ()
    slurm: dict[str, Traced] = field(default_factory=dict)
    files: dict[str, Traced] = field(default_factory=dict)
    variables: dict[str, Traced] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Script:
    """A script inside the script: its text, its arguments where they are told, and where its file lies."""

    text: Traced
    arguments: list[Traced] | None = None
    place: str = ""


class Leave(Exception):  # noqa: N818  # flow of the script: exit, return, break, continue
    """Ends the script, a function or a turn of a loop."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


class Memory:
    """The state of a script while it is followed."""

    def __init__(self, atlas: Atlas, load: Load, name: str) -> None:
        self.atlas, self.load, self.name = atlas, load, name
        self.variables: dict[str, Traced] = {"PWD": Traced(".", (-1,)), "OLDPWD": EMPTY}
        self.arrays: dict[str, dict[str, Traced]] = {}
        self.references: dict[str, str] = {}  # names that stand for other names: declare -n
        self.exported = {"PWD"}  # the variables that other scripts get
        self.exports_all = False  # set -a: all that are set from now on
        self.functions: dict[str, Block] = {}
        self.arguments: list[Traced] | None = None  # None: only a run would tell
        self.found: list[Invocation] = []
        self.files: dict[str, Traced] = {}
        self.slurm: dict[str, Traced] = {}
        self.carriers: tuple[tuple[Traced, ...], ...] = ()
        self.scripts: list[str] = []  # the scripts that are run by this one, the innermost last
        self.sourced: list[str] = []  # the files that are being sourced, the innermost last
        self.unread: list[Traced] = []  # files that are sourced and cannot be read
        self.steps, self.depth, self.guarded = STEPS, 0, 0
        self.output: list[Traced] | None = None

    def state(self) -> tuple[object, ...]:
        """What a turn of a loop may change."""
        arrays = tuple(tuple(each.items()) for each in self.arrays.values())
        return tuple(self.variables.items()), arrays, tuple(self.arguments or ()), len(self.files)

    @contextmanager
    def apart(self) -> Iterator[None]:
        """A shell of its own: what it sets is forgotten behind it, and its exit ends nothing else."""
        arrays = {name: dict(items) for name, items in self.arrays.items()}
        state = self.variables, self.references, self.exported, self.functions, self.arguments
        self.variables, self.references, self.functions = dict(state[0]), dict(state[1]), dict(state[3])
        self.exported = set(state[2])
        try:
            yield
        except Leave as leave:
            if leave.word != "exit":
                raise
        finally:
            self.variables, self.references, self.exported, self.functions, self.arguments = state
            self.arrays = arrays

    def value(self, name: str, index: str = "") -> Traced | None:
        """The value of a variable or of an item of an array; None when it is not set."""
        name = self.references.get(name, name)
        if name in self.arrays:
            key = index or "0"
            array = self.arrays[name]
            return array.get(key) or array.get(self.text(computed(key, EMPTY)).text) or array.get(self._index(key))
        if name.isdigit():
            number = int(name)
            if number == 0:
                own = self.scripts[-1] if self.scripts else self.name.rpartition("/")[2] or self.name
                return Traced(own, (-1,) * len(own))
            if self.arguments is None:
                return Traced(ABSENT, (-1,))
            return self.arguments[number - 1] if number <= len(self.arguments) else None
        if name == "#":
            return Traced(str(len(self.arguments or [])), (-1,))
        if name == "?":
            return Traced("0", (-1,))
        if name == "BASH_SOURCE":
            return computed(self.sourced[-1], EMPTY) if self.sourced else self.value("0")
        if name not in self.variables and (name in RUN_ONLY or name.startswith("SLURM_")):
            return Traced(UNKNOWN, (-1,))
        return self.variables.get(name)

    def _index(self, key: str) -> str:
        value = evaluate(key, self._number, lambda *_: None)
        return "" if value is None else str(value)

    def values(self, name: str) -> list[Traced] | None:
        """The items of an array, or the arguments; None when there is none."""
        name = self.references.get(name, name)
        if name in ("@", "*"):
            return list(self.arguments or [])
        if name in self.arrays:
            return list(self.arrays[name].values())
        value = self.value(name)
        return None if value is None else [value]

    def keys(self, name: str) -> list[str]:
        """The indices of an array."""
        return list(self.arrays.get(self.references.get(name, name), {}))

    def assign(self, name: str, value: Traced) -> None:
        """Sets a variable."""
        name = self.references.get(name, name)
        self.arrays.pop(name, None)
        self.variables[name] = value
        if self.exports_all:
            self.exported.add(name)

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

    def launch(self, words: Sequence[Traced]) -> None:
        """Notes a program that would be started."""
        if len(self.found) < LAUNCHES:
            plain = {name: value for name, value in self.variables.items() if len(value.text) < 100}
            self.found.append(Invocation(tuple(words), self.carriers, dict(self.slurm), dict(self.files), plain))

    def place(self, path: Traced) -> str | None:
        """Where a file that the script names is found, seen from the script; None when it cannot be read.

        A name is relative to the script, else to a folder above it, from where scripts of a project are started.
        """
        if path.text in self.files:
            return path.text
        name = path.text.replace(UNKNOWN, ".").replace(ABSENT, "")
        if not name or name.startswith(("/", "~")) or "\0" in name:
            return None
        for above in range(1 if name.startswith("../") else ABOVE + 1):
            try:
                self.load("../" * above + name, self.name)
            except (InputError, ValueError, OSError):
                continue
            return "../" * above + name
        return None

    def fetch(self, path: Traced) -> Traced | None:
        """The text of a file that the script names; None when it cannot be read."""
        place = self.place(path)
        if place is None:
            return None
        return self.files[place] if place in self.files else self.atlas.add(self.load(place, self.name))

    def script(self, path: Traced, arguments: Sequence[Traced]) -> Script | None:
        """A script that another one starts with these arguments; None when it cannot be read."""
        text = self.fetch(path)
        return None if text is None else Script(text, list(arguments), self.place(path) or "")

    def substitute(self, script: Traced) -> Traced:
        """The output of $(…); only a shell that follows commands tells it."""
        return computed(UNKNOWN, script)
