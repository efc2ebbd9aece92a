"""Follows a script from its text: assignments, tests, loops and functions, until it comes to what it would launch."""

from __future__ import annotations

from collections.abc import Sequence

from stratc.frontends.launch.shell import doubt, programs, slurm
from stratc.frontends.launch.shell.conditions import Truth, holds, negated
from stratc.frontends.launch.shell.flow import Leave
from stratc.frontends.launch.shell.inputs import given, lines
from stratc.frontends.launch.shell.memory import DEEPEST, TURNS, Memory
from stratc.frontends.launch.shell.parse import parse
from stratc.frontends.launch.shell.started import Script
from stratc.frontends.launch.shell.tests import tested
from stratc.frontends.launch.shell.tree import (
    Arithmetic,
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
from stratc.frontends.launch.traced import EMPTY, UNKNOWN, Traced, computed, joined


class Shell(Memory):
    """Follows commands; nothing they name is run, and it ends after a number of steps."""

    def follow(self, script: Traced) -> None:
        """Everything that a script does, up to its end or its first exit."""
        header = slurm.header(script)
        self.slurm = {**self.slurm, **header}
        self.variables |= slurm.variables(self.slurm)
        try:
            self.block(parse(script))
        except Leave:
            return

    def substitute(self, script: Traced) -> Traced:
        """The output of $(…), unknown unless it comes from echo and its kin."""
        if self.depth >= DEEPEST:
            return computed(UNKNOWN, script)
        if script.text.lstrip().startswith("<") and not script.text.lstrip().startswith("<<"):  # $(< file)
            told = self.fetch(self.text(script.stripped().part(1).stripped()))
            return computed(UNKNOWN, script) if told is None else told.part(0, len(told.text.rstrip("\n")))
        outer, self.output = self.output, []
        self.depth += 1
        try:
            with self.apart():
                self.block(parse(script))
        except Leave:
            pass
        finally:
            said, self.output = self.output, outer
            self.depth -= 1
        told = joined(said or [])
        if not said or not told.is_known:
            return computed(UNKNOWN if said or parse(script) else "", script)
        return told.part(0, len(told.text.rstrip("\n")))

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
                return tested(self, words)
            case Arithmetic(text):
                value = self.arithmetic(text)
                return None if not value.is_known else value.text != "0"
            case Pipe(parts, negates):
                truth = programs.piped(self, parts)
                return negated(truth) if negates else truth
            case Chain(first, rest):
                return self._chain(first, rest)
            case Group(body, redirects, apart):
                return self._in_brackets(body, redirects) if apart else self._grouped(body, redirects)
            case Function(name, body):
                self.functions[name] = body
                return True
            case _:
                return self._compound(command)

    def _chain(self, first: Command, rest: Sequence[tuple[str, Command]]) -> Truth:
        truth = self.command(first)
        for sign, each in rest:
            if truth is None:
                self._doubt((each,))
            elif truth is (sign == "&&"):
                self.guarded += 1
                truth = self.command(each)
                self.guarded -= 1
        return truth

    def _in_brackets(self, body: Block, redirects: Sequence[Redirect]) -> Truth:
        """( body ), whose truth is open where it ends by an exit."""
        with self.apart():
            return self._grouped(body, redirects)
        return None

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
                doubtful: list[Block] = []
                for test, body in arms:
                    truth = self.block(test)
                    if truth:
                        return self._perhaps(doubtful, body)
                    if truth is None:
                        doubtful.append(body)
                return self._perhaps(doubtful, otherwise)
            case Case(word, arms):
                return self._cased(self.text(word).text, arms)
            case For(name, words, body):
                for each in self.words(words) if words else list(self.arguments or []):
                    self.assign(name, each)
                    if not self._turn(body):
                        break
            case Count(head, body):
                self._count(head, body)
            case Loop(test, body, until, redirects):
                outer, text = self.input, given(self, redirects)
                self.input = outer if text is None or not text.is_known else lines(text)
                try:
                    if self._looped(test, body, until) is None:
                        self._doubt(body)
                finally:
                    self.input = outer
        return True

    def _cased(self, value: str, arms: Sequence[tuple[Sequence[Traced], Block, str]]) -> Truth:
        """The arm of case that a value chooses; ;& goes on with the next arm, ;;& with the next that fits."""
        doubtful: list[Block] = []
        chosen: Block = ()
        falls = False
        for patterns, body, end in arms:
            truths = [] if falls else [holds([value, "==", self.text(each).text], True) for each in patterns]
            if falls or True in truths:
                chosen, falls = (*chosen, *body), end == ";&"
                if end not in (";&", ";;&"):
                    break
            elif None in truths:
                doubtful.append(body)
        return self._perhaps(doubtful, chosen)

    def _perhaps(self, doubtful: Sequence[Block], body: Block) -> Truth:
        """An arm that is reached if none of the doubtful ones is; what any of them sets is open from then on."""
        before = len(self.found)
        truth = self._guarded(body)
        if doubtful and len(self.found) == before:  # what may be started is better told than left out
            for each in (each for each in doubtful if doubt.starts(each)):
                self._guarded(each)
                break
        for each in (*doubtful, body) if doubtful else ():
            self._doubt(each)
        return truth

    def _doubt(self, body: Block) -> None:
        """Commands that may be reached: what they would set is open."""
        for name, adds in doubt.assigned(body).items():
            place = (self.value(name) or EMPTY).place
            unknown = Traced(UNKNOWN, (place,))
            name = self.references.get(name, name)
            if name in self.arrays:
                kept = self.arrays[name] if adds else {}
                self.arrays[name] = {**kept, f"{UNKNOWN}{len(kept)}": unknown}
            else:
                old = self.value(name) if adds else None
                self.assign(name, joined([old, Traced(" ", (place,)), unknown]) if old is not None else unknown)

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

    def _looped(self, test: Block, body: Block, until: bool) -> Truth:
        """while and until: the last truth of the test, open where a turn changes nothing that could end the loop."""
        before, turns = self.state(), 0
        while (truth := self.block(test)) is (not until):
            turns += 1
            if not self._turn(body):
                break
            if turns == TURNS or (state := self.state()) == before:
                return None
            before = state
        return truth

    def _turn(self, body: Block) -> bool:
        """One turn of a loop; whether another one may follow."""
        self.steps -= 1
        if self.steps < 0:
            raise Leave("exit")
        try:
            self.block(body)
        except Leave as leave:
            if leave.word not in ("continue", "break"):
                raise
            if leave.loops > 1:
                raise Leave(leave.word, leave.loops - 1) from None
            return leave.word == "continue"
        return True

    def simple(self, command: Simple) -> Truth:
        """Assignments, then the words: a function, what shells do themselves, or a program that would be launched."""
        before = {each.name: self.variables.get(each.name) for each in command.assigns} if command.words else {}
        exported = set(self.exported)
        self.exported |= before.keys()
        for each in command.assigns:
            self.set(each)
        words = self.words(command.words)
        truth = programs.call(self, words, command) if words else True
        self.exported -= before.keys() - exported
        for name, value in before.items():
            if value is None:
                self.variables.pop(name, None)
            else:
                self.variables[name] = value
        return truth

    def inner(self, script: Script, carrier: Sequence[Traced]) -> None:
        """A script inside the script, carried by another program."""
        if self.depth >= DEEPEST:
            return
        outer, ragged = (self.arguments, self.carriers, self.guarded), self.ragged
        known = dict(self.variables), {name: dict(each) for name, each in self.arrays.items()}, dict(self.functions)
        self.variables = {name: each for name, each in self.variables.items() if self._is_passed(name)}
        self.arrays = {}
        self.arguments, self.carriers, self.guarded = script.arguments, (*self.carriers, tuple(carrier)), 0
        sourced, self.sourced, self.ragged = self.sourced, [], False
        if script.place:
            self.scripts.append(script.place)
        self.depth += 1
        try:
            self.follow(script.text)
        finally:
            self.depth -= 1
            self.sourced = sourced
            if script.place:
                self.scripts.pop()
            self.arguments, self.carriers, self.guarded = outer
            self.ragged = ragged
            self.variables, self.arrays, self.functions = known

    def _is_passed(self, name: str) -> bool:
        """Whether a script that this one starts gets a variable."""
        return name in self.exported or name.startswith("SLURM_")
