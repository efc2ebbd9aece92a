"""What a shell knows while a script is followed: variables, arguments, files, and what it would have launched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from stratc.errors import InputError
from stratc.frontends.frontend import Load
from stratc.frontends.launch.shell.arithmetic import evaluate
from stratc.frontends.launch.shell.expand import fields, text_of
from stratc.frontends.launch.shell.flow import Leave
from stratc.frontends.launch.shell.lex import Broken
from stratc.frontends.launch.shell.started import Invocation, Script
from stratc.frontends.launch.shell.tree import Assign, Block
from stratc.frontends.launch.traced import ABSENT, EMPTY, UNKNOWN, Atlas, Traced, computed, joined

STEPS, LAUNCHES, DEEPEST = 20_000, 400, 12
TURNS = 1_000  # of a loop with a condition
ABOVE = 4  # folders above a script in which the files that it names are looked for
RUN_ONLY = {  # variables that only a run would set, beside those of Slurm that no header tells
    *("HOME", "USER", "HOSTNAME", "RANDOM", "SECONDS", "TMPDIR", "RANK", "LOCAL_RANK", "$", "!", "-"),
    "SLURMD_NODENAME",
}

Held = tuple[Traced | None, dict[str, Traced] | None, str | None]  # of a name: its value, its array, what it refers to


def _restore(places: dict[str, Any], name: str, old: object) -> None:
    if old is None:
        places.pop(name, None)
    else:
        places[name] = old


class Memory:
    """The state of a script while it is followed."""

    def __init__(self, atlas: Atlas, load: Load, name: str) -> None:
        self.atlas, self.load, self.name = atlas, load, name
        self.variables: dict[str, Traced] = {"PWD": Traced(".", (-1,)), "OLDPWD": EMPTY}
        self.arrays: dict[str, dict[str, Traced]] = {}
        self.references: dict[str, str] = {}  # names that stand for other names: declare -n
        self.exported = {"PWD"}  # the variables that other scripts get
        self.whole: frozenset[str] = frozenset()  # names whose values are arithmetic: declare -i
        self.exports_all = False  # set -a: all that are set from now on
        self.functions: dict[str, Block] = {}
        self.locals: list[dict[str, Held]] = []  # what the names of each function that is running stood for outside
        self.arguments: list[Traced] | None = None  # None: only a run would tell
        self.ragged = False  # whether set was given words whose number only a run would tell
        self.found: list[Invocation] = []
        self.files: dict[str, Traced] = {}
        self.slurm: dict[str, Traced] = {}
        self.carriers: tuple[tuple[Traced, ...], ...] = ()
        self.scripts: list[str] = []  # the scripts that are run by this one, the innermost last
        self.sourced: list[str] = []  # the files that are being sourced, the innermost last
        self.unread: list[Traced] = []  # files that are sourced and cannot be read
        self.written = -1  # where the arithmetic stands that sets variables
        self.steps, self.depth, self.guarded = STEPS, 0, 0
        self.output: list[Traced] | None = None
        self.input: list[Traced] | None = None  # the lines that read has before it

    def state(self) -> tuple[object, ...]:
        """What a turn of a loop may change."""
        arrays = tuple(tuple(each.items()) for each in self.arrays.values())
        left = len(self.input or ())
        return tuple(self.variables.items()), arrays, tuple(self.arguments or ()), len(self.files), left

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
            return array.get(key) or array.get(self.text(computed(key, EMPTY)).text) or self._item(array, key)
        if name.isdigit():
            number = int(name)
            if number == 0:
                own = self.scripts[-1] if self.scripts else self.name.rpartition("/")[2] or self.name
                return Traced(own, (-1,) * len(own))
            if self.arguments is None:
                return Traced(ABSENT, (-1,))
            if number > len(self.arguments) and self.ragged:
                return Traced(UNKNOWN, (self.arguments[-1].place if self.arguments else -1,))
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

    def _item(self, array: dict[str, Traced], key: str) -> Traced | None:
        """The item that an arithmetic index names, a negative one counted from the end."""
        index = self._counted(array, self._index(key))
        if not index and array and not self._tells(key):
            return Traced(UNKNOWN, (next(iter(array.values())).place,))
        return array.get(index)

    def _counted(self, array: dict[str, Traced], index: str) -> str:
        """An index, a negative one counted from the end."""
        if index.startswith("-") and all(each.isdigit() for each in array):
            return str(max(map(int, array), default=-1) + 1 + int(index))
        return index

    def drop(self, name: str, key: str) -> None:
        """Takes an item out of an array."""
        array = self.arrays[name]
        gone = (key, self._counted(array, self._index(key)))
        self.arrays[name] = {each: item for each, item in array.items() if each not in gone}

    def _tells(self, key: str) -> bool:
        """Whether an index is known, one by the name of a variable by its value."""
        text = self.text(computed(key, EMPTY))
        named = self.value(text.text) if text.text.isidentifier() else None
        return text.is_known and (named is None or named.is_known)

    def _index(self, key: str) -> str:
        value = evaluate(key, self._number, lambda *_: None)
        return "" if value is None else str(value)

    def values(self, name: str) -> list[Traced] | None:
        """The items of an array, or the arguments; None when there is none."""
        name = self.references.get(name, name)
        if name in ("@", "*"):
            return list(self.arguments or [])
        if name in self.arrays:
            array = self.arrays[name]
            return [array[key] for key in self.keys(name)]
        value = self.value(name)
        return None if value is None else [value]

    def keys(self, name: str) -> list[str]:
        """The indices of an array."""
        keys = list(self.arrays.get(self.references.get(name, name), {}))
        return sorted(keys, key=int) if all(map(str.isdecimal, keys)) else keys

    def assign(self, name: str, value: Traced) -> None:
        """Sets a variable."""
        name = self.references.get(name, name)
        self.arrays.pop(name, None)
        self.variables[name] = self.arithmetic(value) if name in self.whole and not value.text.isdecimal() else value
        if self.exports_all:
            self.exported.add(name)

    def set(self, each: Assign) -> None:
        """Does one assignment."""
        name = self.references.get(each.name, each.name)
        if isinstance(each.value, tuple):
            array = self.arrays.setdefault(name, {}) if each.append else {}
            for word in each.value:
                self._add(array, word)
            self.arrays[name] = array
            return
        value = self.text(each.value)
        if each.index is not None:
            array = self.arrays.setdefault(name, {})
            key = self.text(each.index).text
            array[self._index(key) or key] = value
        elif each.append:
            between = (Traced("+", (value.place,)),) if name in self.whole else ()
            self.assign(name, joined([self.value(name) or EMPTY, *between, value]))
        else:
            self.assign(name, value)

    def _add(self, array: dict[str, Traced], word: Traced) -> None:
        """A word of an array's brackets: an item under its key, or as many items as it stands for."""
        key, sign, _ = word.text.partition("]=")
        if sign and key.startswith("["):
            array[self.text(word.part(1, len(key))).text] = self.text(word.part(len(key) + 2))
            return
        for item in self.words([word]):
            count = str(len(array))
            array[count if count not in array else str(max(int(key) for key in array if key.isdecimal()) + 1)] = item

    def hide(self, name: str, empties: bool) -> None:
        """Makes a name local to the function that is running: what it stands for outside comes back behind it."""
        if not self.locals or name in self.locals[-1]:
            return
        self.locals[-1][name] = self.variables.get(name), self.arrays.get(name), self.references.pop(name, None)
        if empties:
            self.variables.pop(name, None)
            self.arrays.pop(name, None)

    def show(self, hidden: dict[str, Held]) -> None:
        """Gives names back what they stood for outside a function."""
        for name, (value, array, reference) in hidden.items():
            for places, old in ((self.variables, value), (self.arrays, array), (self.references, reference)):
                _restore(places, name, old)

    def arithmetic(self, text: Traced) -> Traced:
        """The value of $((…)), standing where its expression stands."""
        expanded = self.text(text, quoted=True)
        self.written = text.place
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
            told = UNKNOWN if value is None else str(value)
            self.assign(name, Traced(told, (self.written,) * len(told)))

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
        own = next((each for each in (path.text, path.text.removeprefix("./")) if each in self.files), None)
        if own is not None:
            return own
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
