"""Formulas in LaTeX, written in the plain notation that every reader knows: "\\frac{140}{8}" as "140 / 8"."""

from __future__ import annotations

import re
from itertools import pairwise

from stratc.frontends.launch.traced import Traced, joined
from stratc.frontends.markdown.document.rewriting import laid

_PART = re.compile(r"\\(?P<name>[A-Za-z]+)\*?|\\(?P<mark>[^A-Za-z])|(?P<sign>[{}^_&~\n])|[^\\{}^_&~\n]+")
_COMMAND = re.compile(r"\\(?P<name>[A-Za-z]+)|(?<=[A-Za-z0-9)}])[_^]\{|(?<=\d)\\[,;](?=[A-Za-z\\])|(?<=\d)\\%")
_WORDS = re.compile(r"text|math[a-z]+$|mbox$|operatorname$|boxed$")
_OPERATORS = {
    **dict.fromkeys(("times", "cdot", "ast", "bullet"), "×"),
    **dict.fromkeys(("approx", "simeq", "approxeq", "thickapprox", "cong"), "≈"),
    **dict.fromkeys(("le", "leq", "leqslant"), "≤"),
    **dict.fromkeys(("ge", "geq", "geqslant"), "≥"),
    **dict.fromkeys(("to", "rightarrow", "longrightarrow", "Rightarrow", "Longrightarrow", "implies"), "→"),
    "div": "/",
    "lt": "<",
    "gt": ">",
    "ll": "<",
    "gg": ">",
    "ne": "≠",
    "neq": "≠",
    "pm": "±",
}
_SIGNS = {
    "sim": "~",
    "checkmark": "✓",
    "mu": "µ",
    "ldots": "…",
    "dots": "…",
    "cdots": "…",
    "lceil": "⌈",
    "rceil": "⌉",
    "lfloor": "⌊",
    "rfloor": "⌋",
    "sum": "Σ",
    "Delta": "Δ",
    "quad": " ",
    "qquad": " ",
    "newline": "\n",
}
_LEFT_OUT = re.compile(r"left|right|[bB]igg?[lrm]?|displaystyle|textstyle|limits|nonumber|notag|hline")
_BESIDE = re.compile(r"(?<=[\d)]) ?(?=\([\d. ]+[-+−][^=≈A-Za-z]*\))")
_WITH_NAME = frozenset(("begin", "end", "tag", "label", "color", "textcolor"))  # their first group is no text
_QUOTIENTS = frozenset(("frac", "dfrac", "tfrac", "cfrac"))
_FIRST_OF_TWO = frozenset(("underset", "overset", "stackrel"))
_MARKS = {"\\": "\n", "!": "", "(": "", ")": "", "[": "", "]": "", ",": " ", ";": " ", ":": " ", ">": " "}
_LOOSE = re.compile(r"\s[-+−±]\s|\+|(?<=\w)[-−](?=\d)")  # binds less than a division
_JOINED = re.compile(r"[×*/·÷]|\s[-+−±]\s|\+|(?<=\w)[-−](?=\d)")  # binds no more than one
_NAME = re.compile(r"[A-Za-z]{1,8}")
_POWER = re.compile(r"[-−]?\d+|[A-Za-z]")
_SYMBOL = re.compile(r"(?<![A-Za-z0-9_])[A-Z]'?$")  # one capital stands for a quantity, "n" and "d" begin a name
_CONTINUES = re.compile(r"\s*[=≈≤≥<>≪≫→+×*/·−-]")
_GOES_ON = re.compile(r"[=≈≤≥<>≪≫→+×*/·−(-]\s*$")
_RELATION = re.compile(r"[=≈≤≥<>]")
_DEEPEST = 40  # groups inside groups


def formula(text: Traced) -> Traced:
    """What a formula says on one line, lines of its own parted by newlines; every character keeps its place.

    >>> formula(Traced(r"W = \\frac{140\\text{ GB}}{4 \\times 2} = 17.5", range(43))).text
    'W = 140 GB / (4 × 2) = 17.5'
    """
    return _multiplied(_once_parted(_Formula(text).written(0, len(text.text))))


def _multiplied(text: Traced) -> Traced:
    """A formula with the sign of a product that only stands beside a bracket: "3 (4 + 12)"."""
    ends = [0, *(match.start() for match in _BESIDE.finditer(text.text)), len(text.text)]
    pieces = [text.part(start, end) for start, end in pairwise(ends)]
    signs = [Traced(" ×", (piece.at[0],) * 2) for piece in pieces[1:]]
    return laid(piece for pair in zip((Traced(""), *signs), pieces, strict=True) for piece in pair)


def _once_parted(text: Traced) -> Traced:
    """A text without the second of two blanks."""
    ends = [0, *(match.end() for match in re.finditer(r" (?= )", text.text)), len(text.text) + 1]
    return laid(text.part(start, end - 1) for start, end in pairwise(ends))


def commands(text: Traced) -> Traced:
    """A text with the commands, powers and lowered words that stand outside formulas written out.

    >>> commands(Traced(r"8 \\times 10^{9} in C:\\new", range(25))).text
    '8 × 10^9 in C:\\\\new'
    """
    if "\\" not in text.text and "{" not in text.text:
        return text
    walk, pieces, done = _Formula(text), [text.part(0, 0)], 0
    for match in _COMMAND.finditer(text.text):
        name = match["name"]
        if match.start() < done or (name and not (name in _OPERATORS or name in _QUOTIENTS or _WORDS.match(name))):
            continue
        pieces.append(text.part(done, match.start()))
        done = walk.part(_PART.match(text.text, match.start()) or match, pieces, words=False, depth=0)
    pieces.append(text.part(done))
    return laid(pieces)


def rows(text: Traced) -> tuple[Traced, ...]:
    """The lines that a displayed formula says, each with what goes on below it: "a = b" and "= c" are one line."""
    broken = "\\\\" in text.text
    found: list[Traced] = []
    for line in _lines(formula(text)) if broken else [formula(each) for each in _lines(text)]:
        row = line.stripped()
        if not row.text:
            continue
        if found and _is_one(found[-1].text, row.text, broken=broken):
            found[-1] = joined((found[-1], Traced(" ", row.at[:1]), row))
        else:
            found.append(row)
    return tuple(found)


def _is_one(above: str, below: str, *, broken: bool) -> bool:
    """Whether a line goes on with the one above it; where no line is ended by a mark, each has a relation."""
    if _CONTINUES.match(below) or _GOES_ON.search(above):
        return True
    return not broken and not (_RELATION.search(above) and _RELATION.search(below))


def _lines(text: Traced) -> list[Traced]:
    start, found = 0, []
    for match in re.finditer(r"\n", text.text):
        found.append(text.part(start, match.start()))
        start = match.end()
    return [*found, text.part(start)]


class _Formula:
    """One walk over a formula, and one over each group of it."""

    def __init__(self, text: Traced) -> None:
        self.source = text
        self.text = text.text
        self.closing = _closing(self.text)

    def written(self, start: int, end: int, *, words: bool = False, depth: int = 0) -> Traced:
        """What stands between two offsets; `words` says that it is text, where "_" and "^" are no marks."""
        pieces: list[Traced] = []
        at = start
        while at < end and (match := _PART.match(self.text, at, end)):
            at = self.part(match, pieces, words=words, depth=depth)
        return joined(pieces)

    def part(self, match: re.Match[str], pieces: list[Traced], *, words: bool, depth: int) -> int:
        """Writes one command, mark or run of text; returns where the next part begins."""
        at = match.end()
        if match["name"]:
            return self.command(match["name"], match.start(), at, pieces, depth)
        if mark := match["mark"]:
            pieces.append(self.sign(_MARKS.get(mark, mark if mark.strip() else " "), match.start()))
            return at
        sign = match["sign"]
        if sign == "{" and at - 1 in self.closing and depth < _DEEPEST:
            pieces.append(self.written(at, self.closing[at - 1], words=words, depth=depth + 1))
            return self.closing[at - 1] + 1
        if sign in ("^", "_") and not words:
            return self.script(sign, at, pieces, depth)
        if sign in ("{", "}", "&"):
            return at
        pieces.append(self.sign(" ", match.start()) if sign in ("~", "\n") else self.source.part(match.start(), at))
        return at

    def command(self, name: str, start: int, at: int, pieces: list[Traced], depth: int) -> int:
        """Writes a command with its groups."""
        if name in _OPERATORS:
            gap = "" if not pieces or pieces[-1].text[-1:] in (" ", "") else " "
            while self.text[at : at + 1] == " ":
                at += 1
            pieces.append(self.sign(f"{gap}{_OPERATORS[name]} ", start))
        elif name in _SIGNS:
            pieces.append(self.sign(_SIGNS[name], start))
        elif name in _QUOTIENTS:
            return self.quotient(at, pieces, depth)
        elif name in _WITH_NAME or name in _FIRST_OF_TWO:
            return self.group(at, depth)[1]
        elif _LEFT_OUT.fullmatch(name):
            return at + (self.text[at : at + 1] == ".")
        elif self.text[at : at + 1] == "{":
            said, at = self.group(at, depth, words=name != "boxed" and _WORDS.match(name) is not None)
            if name == "sqrt":
                pieces.append(self.sign("sqrt", start))
            pieces.extend(self.bracketed(said, loose=name == "sqrt"))
        else:
            pieces.append(self.source.part(start + 1, start + 1 + len(name)))
        return at

    def group(self, at: int, depth: int, *, words: bool = False) -> tuple[Traced, int]:
        """The group that begins at an offset, or the one character there, and the offset after it."""
        while self.text[at : at + 1] == " ":
            at += 1
        if at in self.closing and depth < _DEEPEST:
            end = self.closing[at]
            return self.written(at + 1, end, words=words, depth=depth + 1), end + 1
        match = _PART.match(self.text, at)
        if match is None or match["sign"] or not (match["name"] or match["mark"]):
            return self.source.part(at, at + 1), at + 1
        pieces: list[Traced] = []
        end = self.part(match, pieces, words=words, depth=min(depth + 1, _DEEPEST)) if depth < _DEEPEST else at + 1
        return joined(pieces), end

    def quotient(self, at: int, pieces: list[Traced], depth: int) -> int:
        """A fraction as a division; one of two names is a unit ("GB/s")."""
        above, at = self.group(at, depth)
        below, end = self.group(at, depth)
        above, below = above.stripped(), below.stripped()
        tight = _NAME.fullmatch(above.text) and _NAME.fullmatch(below.text)
        pieces.extend(self.bracketed(above, loose=_LOOSE.search(above.text) is not None))
        pieces.append(self.sign("/" if tight else " / ", at - 1))
        pieces.extend(self.bracketed(below, loose=_JOINED.search(below.text) is not None))
        return end

    def bracketed(self, said: Traced, *, loose: bool) -> tuple[Traced, ...]:
        """A part of a formula, in brackets where it would fall apart."""
        if not loose or not said.at:
            return (said,)
        return Traced("(", said.at[:1]), said, Traced(")", said.at[-1:])

    def script(self, sign: str, at: int, pieces: list[Traced], depth: int) -> int:
        """What stands raised or lowered: powers, and names of quantities ("N_{GPU}" as "N GPU")."""
        said, end = self.group(at, depth)
        said = said.stripped()
        if not any(char.isalnum() for char in said.text):
            return end
        before = pieces[-1].text if pieces else ""
        if sign == "^":
            mark = "^" if before[-1:].isalnum() or before[-1:] == ")" else ""
            pieces.append(self.sign(mark, at - 1))
            pieces.extend(self.bracketed(said, loose=bool(mark) and not _POWER.fullmatch(said.text)))
            return end
        parted = _SYMBOL.search(before) or not said.text.replace("_", "").isalnum()
        pieces.extend((self.sign(" " if parted else "_", at - 1), said))
        return end

    def sign(self, written: str, at: int) -> Traced:
        """Characters that stand for something else at an offset."""
        return Traced(written, (self.source.at[at],) * len(written))


def _closing(text: str) -> dict[int, int]:
    """Where each group that opens at an offset ends."""
    found, opened = {}, []
    for match in re.finditer(r"\\.|[{}]", text):
        if match[0] == "{":
            opened.append(match.start())
        elif match[0] == "}" and opened:
            found[opened.pop()] = match.start()
    return found
