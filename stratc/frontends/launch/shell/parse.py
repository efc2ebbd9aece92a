"""Reads the text of a shell script as commands; what is no shell is passed over line by line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from stratc.frontends.launch.shell.cursor import Cursor
from stratc.frontends.launch.shell.lex import ENDS, Broken, blank_end, past_brackets, word_end
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
    Test,
)
from stratc.frontends.launch.traced import Traced

PATIENCE = 20  # broken lines after which a text is taken for no shell script
DEEPEST = 30
_FUNCTION = re.compile(r"(?:function[ \t]+([\w:.-]+)[ \t]*(?:\([ \t]*\))?|([\w:.-]+)[ \t]*\([ \t]*\))[ \t\n]*(?=[{(])")
_CLOSERS = frozenset(["then", "fi", "do", "done", "elif", "else", "esac", "}", ";;"])


def parse(script: Traced) -> Block:
    """The commands of a script, in order."""
    return Parser(script).commands()


class Parser(Cursor):
    """Reads commands, simple and compound."""

    def commands(self) -> Block:
        """All commands; a line that cannot be read is left out."""
        found: list[Command] = []
        patience = PATIENCE
        while not self.script_end() and patience:
            start = self.at
            try:
                self.depth = 0
                found.extend(self.block(()))
                if not self.script_end():  # a closing word that nothing opened
                    self.at = max(self.at + 1, start + 1)
                    patience -= 1
            except Broken:
                patience -= 1
                self.waiting.clear()
                end = self.text.find("\n", max(start, self.at))
                self.at = len(self.text) if end < 0 else end + 1
        return tuple(found)

    def block(self, ends: tuple[str, ...]) -> Block:
        """Commands up to one of the words that end them, which is left to be read."""
        found: list[Command] = []
        while True:
            self.skip_lines()
            if self.script_end() or self.text[self.at] == ")" or self.text.startswith(";;", self.at):
                return tuple(found)
            word = self.peek_word()
            if word in ends or word in _CLOSERS:
                return tuple(found)
            before = self.at
            found.append(self._apart(self.chain()))
            if self.at == before:
                self.at += 1

    def _apart(self, command: Command) -> Command:
        """A command that & sends into a shell of its own, where what it sets is lost."""
        self.at = blank_end(self.text, self.at)
        behind = self.text[self.at : self.at + 2]
        return Group((command,), (), apart=True) if behind[:1] == "&" and behind[1:] not in ("&", ">") else command

    def chain(self) -> Command:
        """Commands joined by && and ||."""
        first = self.pipe()
        rest: list[tuple[str, Command]] = []
        while True:
            self.at = blank_end(self.text, self.at)
            sign = self.text[self.at : self.at + 2]
            if sign not in ("&&", "||"):
                return Chain(first, tuple(rest)) if rest else first
            self.at += 2
            self.skip_newlines()
            rest.append((sign, self.pipe()))

    def pipe(self) -> Command:
        """Commands joined by |."""
        self.at = blank_end(self.text, self.at)
        negated = self.peek_word() == "!"
        self.at += negated
        parts = [self.command()]
        while True:
            self.at = blank_end(self.text, self.at)
            if self.script_end() or self.text[self.at] != "|" or self.text.startswith("||", self.at):
                break
            self.at += 2 if self.text.startswith("|&", self.at) else 1
            self.skip_newlines()
            parts.append(self.command())
        return parts[0] if len(parts) == 1 and not negated else Pipe(tuple(parts), negated)

    def command(self) -> Command:
        """One command, simple or compound."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise Broken
        self.at = blank_end(self.text, self.at)
        found = self._compound()
        self.depth -= 1
        return found

    def _compound(self) -> Command:
        if self.text.startswith("((", self.at):
            end = past_brackets(self.text, self.at)
            inner, self.at = self.script.part(self.at + 2, end - 2), end
            return Arithmetic(inner)
        if self.text.startswith("(", self.at):
            return self.grouped(")")
        if match := _FUNCTION.match(self.text, self.at):
            self.at = match.end()
            body = self.grouped("}" if self.text[self.at] == "{" else ")")
            return Function(match[1] or match[2], body.body)
        match self.peek_word():
            case "{":
                return self.grouped("}")
            case "[[":
                return self.test()
            case "if":
                return self.conditional()
            case "for" | "select":
                return self.loop_over()
            case "while" | "until":
                return self.loop()
            case "case":
                return self.case()
        return self.simple()

    def grouped(self, closing: str) -> Group:
        """{ body } or ( body )."""
        self.at += 1
        body = self.block((closing,))
        self.skip_lines()
        if not self.text.startswith(closing, self.at):
            raise Broken
        self.at += 1
        return Group(body, self.redirects(), apart=closing == ")")

    def test(self) -> Test:
        """[[ … ]] with its words as written."""
        self.at += 2
        words: list[Traced] = []
        while True:
            self.skip_newlines()
            if self.script_end():
                raise Broken
            sign = next((each for each in ("&&", "||", "(", ")", "<", ">") if self.text.startswith(each, self.at)), "")
            end = self.at + len(sign) if sign else word_end(self.text, self.at, ENDS - frozenset("()|&<>"))
            if not sign and self.text.startswith("$((", self.at):
                end = word_end(self.text, self.at)
            word, self.at = self.script.part(self.at, end), max(end, self.at + 1)
            if word.text == "]]":
                return Test(tuple(words))
            words.append(word)

    def told(self, command: Command) -> Command:
        """A compound command with the redirections behind it."""
        return written(command, self.redirects())

    def conditional(self) -> Command:
        """if … then … elif … else … fi."""
        self.at += 2
        arms: list[tuple[Block, Block]] = []
        otherwise: Block = ()
        while True:
            test = self.block(("then",))
            self.need("then")
            arms.append((test, self.block(("elif", "else", "fi"))))
            if self.take_word("elif"):
                continue
            if self.take_word("else"):
                otherwise = self.block(("fi",))
            self.need("fi")
            return self.told(If(tuple(arms), otherwise))

    def loop_over(self) -> Command:
        """for name in words; do … done, and for ((…)); do … done."""
        self.at += len(self.peek_word())
        self.at = blank_end(self.text, self.at)
        if self.text.startswith("((", self.at):
            end = past_brackets(self.text, self.at)
            head = self._parted(self.at + 2, end - 2)
            self.at = end
            body, redirects = self.body()
            return written(Count(head, body), redirects)
        name = self.peek_word()
        self.at += len(name)
        self.skip_newlines()
        words: list[Traced] = []
        if self.peek_word() == "in":
            self.at += 2
            words = self.words()
        body, redirects = self.body()
        return written(For(name, tuple(words), body), redirects)

    def _parted(self, start: int, end: int) -> tuple[Traced, ...]:
        found, at = [], start
        for part in self.text[start:end].split(";"):
            found.append(self.script.part(at, at + len(part)))
            at += len(part) + 1
        return tuple(found)

    def body(self) -> tuple[Block, Sequence[Redirect]]:
        """do … done, and the redirections behind it."""
        self.need("do", "{")
        found = self.block(("done", "}"))
        self.need("done", "}")
        return found, self.redirects()

    def loop(self) -> Command:
        """while … do … done."""
        until = self.peek_word() == "until"
        self.at += 5
        test = self.block(("do",))
        body, redirects = self.body()
        return written(Loop(test, body, until, redirects), redirects)

    def case(self) -> Command:
        """case word in pattern) … ;; esac."""
        self.at = blank_end(self.text, self.at + 4)
        end = word_end(self.text, self.at)
        word, self.at = self.script.part(self.at, end), end
        self.need("in")
        arms = []
        while not self.take_word("esac"):
            if self.script_end():
                raise Broken
            self.at += self.text.startswith("(", self.at)
            patterns = self._patterns()
            body = self.block(("esac",))
            self.skip_lines()
            sign = next((each for each in (";;&", ";;", ";&") if self.text.startswith(each, self.at)), "")
            self.at += len(sign)
            arms.append((patterns, body, sign))
        return self.told(Case(word, tuple(arms)))

    def _patterns(self) -> tuple[Traced, ...]:
        found = []
        while True:
            self.at = blank_end(self.text, self.at)
            end = word_end(self.text, self.at)
            found.append(self.script.part(self.at, end))
            self.at = blank_end(self.text, end)
            if self.script_end() or self.text[self.at] not in "|)":
                raise Broken
            self.at += 1
            if self.text[self.at - 1] == ")":
                return tuple(found)


def written(command: Command, redirects: Sequence[Redirect]) -> Command:
    """A compound command whose output goes to a file."""
    return Group((command,), redirects) if any(each.sign in (">", ">>", ">|") for each in redirects) else command
