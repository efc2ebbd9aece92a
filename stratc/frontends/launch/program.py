"""Mappings that a Python program writes out: dictionaries, and calls that only set what they name."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeAlias

from stratc.codec.positions import Node

_Place: TypeAlias = ast.expr | ast.keyword
_PLAIN = (bool, int, float, str)
_LARGEST = 1e18  # of a number that arithmetic is done with


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mapping: the class that is called with it, "" for a dictionary or for the assignments of the program."""

    called: str
    root: Node
    assigned: bool = False


def mappings(text: str) -> tuple[Mapped, ...] | None:
    """The mappings of a program in order, then what it assigns; None where the text is no program.

    Bodies of functions, loops and classes show how something is done and are left out, but for the fields of classes.

    >>> [(each.called, each.root.plain) for each in mappings("c = Config(tp=4)\\nd = {'pp': 2}\\nep = 8")]
    [('Config', {'tp': 4}), ('', {'pp': 2}), ('', {'ep': 8})]
    """
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    reader = _Reader(text)
    found = list(reader.block(tree.body))
    if reader.assigned:
        found.append(Mapped("", Node(reader.assigned, 0, len(text), tuple(reader.keys)), assigned=True))
    return tuple(found)


class _Reader:
    """Reads the statements of one program."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.starts = list(accumulate((len(line) + 1 for line in self.lines), initial=0))
        self.assigned: dict[str, Node] = {}
        self.keys: list[tuple[str, int, int]] = []

    def block(self, body: list[ast.stmt]) -> Iterator[Mapped]:
        for each in body:
            match each:
                case ast.Assign(targets=[(ast.Name(id=name) | ast.Attribute(attr=name)) as target], value=value):
                    yield from self.assign(name, target, value)
                case ast.AnnAssign(target=ast.Name(id=name) as target, value=ast.expr() as value):
                    yield from self.assign(name, target, value)
                case ast.Assign(value=value) | ast.Expr(value=value):
                    yield from self.mapped(value)
                case ast.ClassDef(name=name, body=fields):
                    yield from self.declared(name, fields)
                case ast.If(test=ast.Compare(left=ast.Name(id="__name__")), body=inner):
                    yield from self.block(inner)

    def declared(self, name: str, fields: list[ast.stmt]) -> Iterator[Mapped]:
        """The fields of a class with their defaults, as a call of it without arguments sets them."""
        inner = _Reader(self.text)
        yield from inner.block([field for field in fields if isinstance(field, ast.AnnAssign)])
        if inner.assigned:
            yield Mapped(name, Node(inner.assigned, 0, len(self.text), tuple(inner.keys)))

    def assign(self, name: str, target: ast.expr, value: ast.expr) -> Iterator[Mapped]:
        node = self.node(value)
        if node is None or isinstance(node.value, dict):
            yield from self.mapped(value)
        else:
            self.assigned[name] = node
            self.keys.append((name, *self.range(target)))

    def mapped(self, value: ast.expr) -> Iterator[Mapped]:
        """The mapping of a dictionary or of a call, and those among the arguments that are no part of it."""
        node = self.node(value)
        told = node is not None and isinstance(node.value, dict)
        if node is not None and told and node.value:
            yield Mapped(_called(value) if isinstance(value, ast.Call) else "", node)
        if isinstance(value, ast.Call):
            named = () if told else (keyword.value for keyword in value.keywords)
            for each in (*value.args, *named):
                if isinstance(each, (ast.Call, ast.Dict)):
                    yield from self.mapped(each)

    def node(self, value: ast.expr) -> Node | None:
        """A literal, a dictionary of them or a call that makes a value of a class; None for everything else."""
        start, end = self.range(value)
        match value:
            case ast.Constant(value=plain) if isinstance(plain, _PLAIN) or plain is None:
                return Node(plain, start, end)
            case ast.BinOp():
                number = _worked(value)
                return None if number is None else Node(number, start, end)
            case ast.Dict(keys=keys, values=values):
                return self.members(_named(keys, values), start, end)
            case ast.Call(keywords=keywords) if _called(value)[:1].isupper() or _called(value) == "dict":
                return self.members({each.arg: (each, each.value) for each in keywords if each.arg}, start, end)
            case ast.List(elts=items) | ast.Tuple(elts=items):
                return Node([node for each in items if (node := self.node(each))], start, end)
        return None

    def members(self, named: Mapping[str, tuple[_Place, ast.expr]], start: int, end: int) -> Node:
        found = {name: node for name, (_, value) in named.items() if (node := self.node(value))}
        keys = tuple((name, *self.range(key)) for name, (key, _) in named.items())
        return Node(found, start, end, keys)

    def range(self, place: _Place) -> tuple[int, int]:
        return (
            self.offset(place.lineno, place.col_offset),
            self.offset(place.end_lineno or place.lineno, place.end_col_offset or place.col_offset),
        )

    def offset(self, line: int, column: int) -> int:
        """A place in characters; the parser counts the bytes of a line."""
        text = self.lines[line - 1]
        within = column if text.isascii() else len(text.encode()[:column].decode(errors="ignore"))
        return self.starts[line - 1] + within


def _named(keys: Iterable[ast.expr | None], values: Iterable[ast.expr]) -> dict[str, tuple[ast.expr, ast.expr]]:
    """The entries of a dictionary whose keys are texts."""
    return {
        key.value: (key, value)
        for key, value in zip(keys, values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }


def _worked(value: ast.expr) -> int | float | None:
    """What arithmetic of plain numbers comes to: "8 * 4", "48 // 8"."""
    match value:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return number if abs(number) <= _LARGEST else None
        case ast.BinOp(left=left, op=op, right=right):
            one, other = _worked(left), _worked(right)
            if one is None or other is None:
                return None
            match op:
                case ast.Mult():
                    return one * other
                case ast.Add():
                    return one + other
                case ast.Sub():
                    return one - other
                case ast.Div() | ast.FloorDiv() if other:
                    return one // other if isinstance(op, ast.FloorDiv) else one / other
    return None


def _called(call: ast.Call) -> str:
    """The last name of what is called."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""
