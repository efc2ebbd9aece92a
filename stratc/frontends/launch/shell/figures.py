"""Figures that scripts let Python, awk or bc work out: numbers, brackets and plain operators, nothing else."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable

LONGEST = 400  # characters of an expression
LARGEST = 1e18
Number = int | float
_BINARY: dict[type[ast.operator], Callable[[Number, Number], Number]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.FloorDiv: lambda a, b: a // b,
    ast.Mod: lambda a, b: a % b,
    ast.Pow: lambda a, b: a**b if abs(b) < 64 and abs(a) < 1e9 else math.nan,
}
_CALLED: dict[str, Callable[..., Number]] = {
    "int": int, "round": round, "min": min, "max": max, "float": float, "abs": abs, "sqrt": math.sqrt,
    "ceil": math.ceil, "floor": math.floor, "log2": math.log2, "log": math.log, "exp": math.exp,
}  # fmt: skip


def figure(expression: str) -> Number | None:
    """The value of an expression of numbers; None where it holds anything else.

    >>> figure("int(512 * 0.25) // 8"), figure("2 ** 4 / 3 > 1"), figure("open('x')")
    (16, None, None)
    """
    if len(expression) > LONGEST:
        return None
    try:
        value = _value(ast.parse(expression.strip().replace("^", "**"), mode="eval").body)
    except (SyntaxError, ValueError, ArithmeticError, TypeError, RecursionError, MemoryError):
        return None
    return value if abs(value) < LARGEST else None


def printed(program: str) -> str | None:
    """What a program of Python prints that only prints a figure."""
    match = re.fullmatch(r"(?:import math;\s*|from math import \w+(?:, ?\w+)*;\s*)?print\((.*)\)\s*;?", program.strip())
    value = figure(match[1].replace("math.", "")) if match and "^" not in match[1] else None
    return None if value is None else str(value)


def _value(node: ast.expr) -> Number:
    """Raises ValueError for what is no number."""
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return _BINARY[type(op)](_value(left), _value(right))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in _CALLED:
            return _CALLED[name](*map(_value, arguments))
        case _:
            raise ValueError
