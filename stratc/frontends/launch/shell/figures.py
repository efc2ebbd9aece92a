"""Figures that scripts let Python, awk or bc work out: numbers, brackets and plain operators, nothing else."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from decimal import ROUND_DOWN, Decimal

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
    ast.Pow: lambda a, b: (
        math.pow(a, b) if isinstance(b, float) else a**b if abs(b) < 64 and abs(a) < 1e9 else math.nan
    ),
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


def calculated(program: str) -> str | None:
    """What bc says of its lines: figures to the digits of its `scale`, cut off and not rounded.

    >>> calculated("scale=2; 7 / 3\\n2^10"), calculated("a = 3; a * 2"), calculated("if (1) 2")
    ('2.33\\n1024\\n', '6\\n', None)
    """
    scale, names, said = 0, dict[str, Decimal](), ""
    if len(program) > LONGEST:
        return None
    for line in re.split(r"[;\n]", program):
        name, text = next(iter(_SET.findall(line.strip())), ("", ""))
        try:
            value = _exact(ast.parse(text.replace("^", "**"), mode="eval").body, scale, names) if text else None
        except (SyntaxError, ValueError, ArithmeticError, RecursionError, MemoryError):
            return None
        if value is None:
            continue
        if name == "scale":
            scale = min(int(value), 20)
        elif name:
            names[name] = value
        else:
            shown = f"{value:f}"
            said += re.sub(r"^(-?)0\.", r"\1.", shown) + "\n"
    return said


_ORDER: dict[type[ast.cmpop], Callable[[Decimal, Decimal], bool]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}  # fmt: skip
_SET = re.compile(r"^(?:([a-z]\w*)\s*=(?!=)\s*)?(.*)$", re.S)
_EXACT = Decimal(10) ** 26  # above it digits would be lost


def _exact(node: ast.expr, scale: int, names: Mapping[str, Decimal]) -> Decimal:
    """Raises ValueError for what is no number, or one of too many digits."""
    value = _worked(node, scale, names)
    if abs(value) > _EXACT:
        raise ValueError
    return value


def _worked(node: ast.expr, scale: int, names: Mapping[str, Decimal]) -> Decimal:
    def digits(value: Decimal) -> int:
        return max(0, -int(value.as_tuple().exponent))

    def cut(value: Decimal, places: int) -> Decimal:
        return value.quantize(Decimal(1).scaleb(-places), ROUND_DOWN)

    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return Decimal(repr(value))
        case ast.Name(id=name) if name in names:
            return names[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_exact(operand, scale, names)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _ORDER:
            return Decimal(_ORDER[type(op)](_exact(left, scale, names), _exact(right, scale, names)))
        case ast.BinOp(left=left, op=op, right=right):
            one, two = _exact(left, scale, names), _exact(right, scale, names)
            match op:
                case ast.Add():
                    return one + two
                case ast.Sub():
                    return one - two
                case ast.Mult():
                    places = min(digits(one) + digits(two), max(scale, digits(one), digits(two)))
                    return cut(one * two, places)
                case ast.Div():
                    return cut(one / two, scale)
                case ast.Mod():
                    return one - cut(one / two, scale) * two
                case ast.Pow() if digits(two) == 0 and 0 <= two < 64:
                    return one ** int(two)
    raise ValueError
