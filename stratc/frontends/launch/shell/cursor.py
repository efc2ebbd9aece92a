"""Where a reader of a shell script stands, and the small things it reads: words, assignments, redirections."""

from __future__ import annotations

import re
from collections.abc import Sequence

from stratc.frontends.launch.shell.lex import ENDS, PLACE, Broken, blank_end, past_brackets, word_end
from stratc.frontends.launch.shell.tree import Assign, Redirect, Simple
from stratc.frontends.launch.traced import EMPTY, Traced

DECLARE = frozenset(["declare", "local", "export", "readonly", "typeset"])
_ASSIGN = re.compile(r"([A-Za-z_]\w*)(?:\[([^\]\n]*)\])?(\+?)=")
_REDIRECT = re.compile(r"(\d*|&|\{\w+\})(<<<|<<-|<<|<&|>&|>>|>\||<>|>|<)")
_PLAIN = re.compile(r"[^\s;&|()<>\"'`$\\]+")


class Cursor:
    """Reads one text from left to right."""

    def __init__(self, script: Traced) -> None:
        self.script, self.text, self.at, self.depth = script, script.text, 0, 0
        self.waiting: list[tuple[str, bool, bool, int, list[Redirect]]] = []  # here-documents that the next line begins

    def script_end(self) -> bool:
        """Whether nothing is left."""
        return self.at >= len(self.text)

    def skip_lines(self) -> None:
        """Pass blanks, comments, line ends and signs that end a command; take the here-documents of a line."""
        while not self.script_end():
            self.at = blank_end(self.text, self.at)
            if self.script_end() or self.text.startswith(";;", self.at):
                return
            char = self.text[self.at]
            if char == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            elif char == "\n":
                self.at += 1
                self.take_documents()
            elif char in ";&":
                self.at += 1
            else:
                return

    def take_documents(self) -> None:
        """The texts of here-documents that begin on this line."""
        for mark, literal, tabs, index, redirects in self.waiting:
            start, lines = self.at, []
            while self.at < len(self.text):
                end = self.text.find("\n", self.at)
                end = len(self.text) if end < 0 else end
                line = self.text[self.at : end]
                if (line.lstrip("\t") if tabs else line).rstrip("\r") == mark:
                    lines.append(self.at)
                    self.at = min(end + 1, len(self.text))
                    break
                self.at = min(end + 1, len(self.text))
            body = self.script.part(start, lines[0] if lines else self.at)
            redirects[index] = Redirect("<<", body, literal)
        self.waiting.clear()

    def peek_word(self) -> str:
        """The unquoted word that stands here."""
        match = _PLAIN.match(self.text, self.at)
        return match.group() if match else ""

    def take_word(self, *expected: str) -> bool:
        """Pass a word where it stands here."""
        self.skip_lines()
        word = self.peek_word()
        if word in expected:
            self.at += len(word)
            return True
        return False

    def need(self, *expected: str) -> None:
        """Pass a word that must stand here.  Raises Broken."""
        if not self.take_word(*expected):
            raise Broken

    def skip_newlines(self) -> None:
        """Pass line ends and comments inside a command."""
        while True:
            self.at = blank_end(self.text, self.at)
            if self.script_end() or self.text[self.at] not in "\n#":
                return
            if self.text[self.at] == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            else:
                self.at += 1
                self.take_documents()

    def redirects(self) -> Sequence[Redirect]:
        """Redirections behind a compound command."""
        found: list[Redirect] = []
        while True:
            self.at = blank_end(self.text, self.at)
            if not (self.redirect(found)):
                return found

    def words(self) -> list[Traced]:
        """Words up to the end of the command."""
        found: list[Traced] = []
        while True:
            self.at = blank_end(self.text, self.at)
            if self.script_end() or self.text[self.at] in ENDS or self.text[self.at] == "#":
                return found
            end = word_end(self.text, self.at)
            found.append(self.script.part(self.at, end))
            self.at = end

    def simple(self) -> Simple:
        """Assignments, words and redirections."""
        assigns: list[Assign] = []
        declared: list[Assign] = []
        words: list[Traced] = []
        redirects: list[Redirect] = []
        while True:
            self.at = blank_end(self.text, self.at)
            if self.script_end():
                break
            if self.redirect(redirects):
                continue
            if self.text[self.at] == "#" or (self.text[self.at] in ENDS and not self._is_word()):
                break
            declares = bool(words) and words[0].text in DECLARE
            if (not words or declares) and (found := self.assignment()):
                (declared if declares else assigns).append(found)
                continue
            words.append(self.word())
        return Simple(tuple(assigns), tuple(words), redirects, tuple(declared))

    def _is_word(self) -> bool:
        """Whether a sign that stands here begins a word: a place to fill in, or <( … )."""
        return bool(PLACE.match(self.text, self.at)) or self.text.startswith(("<(", ">("), self.at)

    def word(self) -> Traced:
        """Pass the word that stands here."""
        made = self.text.startswith(("<(", ">("), self.at)
        start, self.at = self.at, past_brackets(self.text, self.at + 1) if made else word_end(self.text, self.at)
        return self.script.part(start, self.at)

    def assignment(self) -> Assign | None:
        """An assignment that begins here."""
        match = _ASSIGN.match(self.text, self.at)
        if not match:
            return None
        index = self.script.part(match.start(2), match.end(2)) if match[2] is not None else None
        start = match.end()
        if self.text.startswith("(", start):
            self.at = start + 1
            value: Traced | tuple[Traced, ...] = self.array()
        else:
            self.at = word_end(self.text, start)
            value = self.script.part(start, self.at)
        return Assign(match[1], value, bool(match[3]), index)

    def array(self) -> tuple[Traced, ...]:
        """The words of an array, up to its closing bracket."""
        found: list[Traced] = []
        while True:
            self.skip_newlines()
            if self.script_end():
                raise Broken
            if self.text[self.at] == ")":
                self.at += 1
                return tuple(found)
            end = word_end(self.text, self.at)
            found.append(self.script.part(self.at, max(end, self.at + 1)))
            self.at = max(end, self.at + 1)

    def redirect(self, found: list[Redirect]) -> bool:
        """Pass a redirection that stands here."""
        match = _REDIRECT.match(self.text, self.at)
        if not match or PLACE.match(self.text, self.at):
            return False
        sign = match[2]
        if sign in ("<", ">") and self.text.startswith("(", match.end()):  # a file that only a run would make
            return False
        start = blank_end(self.text, match.end())
        if sign in ("<", ">", ">>") and self.text.startswith(("<(", ">("), start):  # the input or output of a command
            self.at = past_brackets(self.text, start + 1)
            inside = self.script.part(start + 2, self.at - 1) if sign == "<" else EMPTY
            found.append(Redirect("<(" if sign == "<" else sign, inside))
            return True
        end = word_end(self.text, start)
        target = self.script.part(start, end)
        self.at = max(end, match.end())
        found.append(Redirect(sign, target))
        if sign in ("<<", "<<-"):
            plain = re.sub(r"[\\\"']", "", target.text)
            self.waiting.append((plain, plain != target.text, sign == "<<-", len(found) - 1, found))
        return True
