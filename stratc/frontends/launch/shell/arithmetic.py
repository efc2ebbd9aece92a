"""Whole-number arithmetic as shells write it: $(( … )), (( … )), let and expr."""

from __future__ import annotations

import re
from collections.abc import Callable

_TOKEN = re.compile(
    r"\s*(?:(\d+#\w+|0[xX][0-9a-fA-F]+|\d[\d_]*)|([A-Za-z_]\w*(?:\[[^\]]*\])?)|"
    r"(\*\*|\+\+|--|<<=?|>>=?|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[-+*/%<>=!?:(),~&|^]))"
)
_LEVELS: dict[str, int] = {
    **dict.fromkeys(("=", "+=", "-=", "*=", "/=", "%="), 1),
    "?": 2, "||": 3, "&&": 4, "|": 5, "^": 6, "&": 7,
    **dict.fromkeys(("==", "!="), 8), **dict.fromkeys(("<", ">", "<=", ">="), 9),
    **dict.fromkeys(("<<", ">>"), 10), **dict.fromkeys(("+", "-"), 11),
    **dict.fromkeys(("*", "/", "%"), 12), "**": 13,
}  # fmt: skip
LARGEST = 1 << 63
DEEPEST = 60
Number = int | None  # None where only a run would tell
Read = Callable[[str], Number]
Write = Callable[[str, Number], None]


class _Wrong(Exception):  # noqa: N818  # leaves the evaluation: this is no arithmetic
    pass


def evaluate(text: str, read: Read, write: Write) -> Number:
    """The value of an expression; None when it is not known or no arithmetic.

    >>> evaluate("(2 + tp) * 8 / 3", {"tp": 4}.get, lambda *_: None)
    16
    """
    try:
        reader = _Reader(text, read, write)
        value = reader.expression(0, 0)
        while reader.peek() == ",":
            reader.take()
            value = reader.expression(0, 0)
        return value if reader.done() else None
    except (_Wrong, ValueError):
        return None


class _Reader:
    """Reads and computes at once, by the strength of operators."""

    def __init__(self, text: str, read: Read, write: Write) -> None:
        self.tokens: list[str] = []
        at = 0
        text = text.strip()
        while at < len(text):
            match = _TOKEN.match(text, at)
            if not match:
                raise _Wrong
            self.tokens.append(match.group().strip())
            at = match.end()
        self.at, self.read, self.write = 0, read, write

    def done(self) -> bool:
        """Whether everything was read."""
        return self.at == len(self.tokens)

    def peek(self) -> str:
        """The next token, "" at the end."""
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        """Pass a token."""
        self.at += 1
        return self.tokens[self.at - 1] if self.at <= len(self.tokens) else ""

    def expression(self, level: int, depth: int) -> Number:
        """An operand and the operators behind it that bind more strongly than `level`."""
        if depth > DEEPEST:
            raise _Wrong
        name, left = self.operand(depth + 1)
        while (sign := self.peek()) and _LEVELS.get(sign, -1) > level:
            self.take()
            if sign == "?":
                yes = self.expression(0, depth + 1)
                if self.take() != ":":
                    raise _Wrong
                no = self.expression(1, depth + 1)
                left = None if left is None else yes if left else no
            elif _LEVELS[sign] == 1:
                value = self.expression(0, depth + 1)
                left = value if sign == "=" else _applied(sign[0], left, value)
                self.write(name, left)
            else:
                strength = _LEVELS[sign] - (sign == "**")
                left = _applied(sign, left, self.expression(strength, depth + 1))
        return left

    def operand(self, depth: int) -> tuple[str, Number]:
        """A number, a name, a bracket, or a sign before one of them; and the name where there is one."""
        token = self.take()
        if token == "(":
            value = self.expression(0, depth)
            if self.take() != ")":
                raise _Wrong
            return "", value
        if token in ("-", "+", "!", "~"):
            value = self.expression(12, depth)
            return "", None if value is None else {"-": -value, "+": value, "!": int(not value), "~": ~value}[token]
        if token in ("++", "--"):
            name, value = self.operand(depth)
            return "", self._stepped(name, value, token)
        if token[:1].isdigit():
            return "", _number(token)
        if not token or not (token[0].isalpha() or token[0] == "_"):
            raise _Wrong
        value = self.read(token)
        if self.peek() in ("++", "--"):
            self._stepped(token, value, self.take())
        return token, value

    def _stepped(self, name: str, value: Number, sign: str) -> Number:
        stepped = None if value is None else value + (1 if sign == "++" else -1)
        self.write(name, stepped)
        return stepped


def _number(token: str) -> int:
    if "#" in token:
        digits, _, rest = token.partition("#")
        return int(rest, int(digits) if 2 <= int(digits) <= 36 else 10)
    if token[:2] in ("0x", "0X"):
        return int(token, 16)
    if len(token) > 20:
        raise _Wrong
    return int(token, 8) if token[0] == "0" and token.isdigit() and len(token) > 1 else int(token)


def _applied(sign: str, left: Number, right: Number) -> Number:
    """One operator; division is towards zero, as in C."""
    if sign == "&&" and (left == 0 or right == 0):
        return 0
    if sign == "||" and (left or right):
        return 1
    if left is None or right is None:
        return None
    if sign in ("/", "%"):
        if not right:
            return None
        quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
        return quotient if sign == "/" else left - quotient * right
    if sign in ("**", "<<", ">>") and not 0 <= right <= 62:
        return None
    value = _OPERATIONS[sign](left, right)
    return int(value) if -LARGEST <= value < LARGEST else None


_OPERATIONS: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "**": lambda a, b: int(a**b),
    "<<": lambda a, b: a << b,
    ">>": lambda a, b: a >> b,
    "&": lambda a, b: a & b,
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "&&": lambda a, b: bool(a and b),
    "||": lambda a, b: bool(a or b),
}
