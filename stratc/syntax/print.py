"""Tree to canonical text: one spelling for everything, comments and the author's grouping of lines kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.syntax.parse import parse
from stratc.syntax.tree import (
    About,
    Block,
    Call,
    Chain,
    Claim,
    Comment,
    Constant,
    Figure,
    File,
    Goal,
    Group,
    Inclusion,
    Item,
    Listing,
    Mention,
    Range,
    Setting,
    Signed,
    Text,
    Value,
    Word,
)

if TYPE_CHECKING:
    from stratc.diagnostics.diagnostic import Diagnostic
    from stratc.text.source import Source

INDENT = "  "
WIDTH = 120
_ATTACHED = frozenset("kKMBT")  # 30B, 4k: letters that stand for a power of ten stand at the figure


def show_value(value: Value) -> str:
    """A value in canonical form."""
    match value:
        case Figure():
            return _figure(value)
        case Word(name):
            return name
        case Text(text):
            return quote(text)
        case Chain(first, rest):
            return show_value(first) + "".join(f" {sign} {show_value(each)}" for sign, each in rest)
        case Signed(sign, inner):
            return f"{sign}{show_value(inner)}"
        case Group(inner, units):
            return " ".join([f"({show_value(inner)})", *units])
        case Call(name, arguments):
            return f"{name}({', '.join(map(show_value, arguments))})"
        case Range(low, high):
            return f"{show_value(low)}..{show_value(high)}"
        case About(inner):
            return f"~{show_value(inner)}"
        case Listing(items):
            return f"[{', '.join(map(show_value, items))}]"


def quote(text: str) -> str:
    """A text between quotes.

    >>> print(quote('say "128"'))
    "say \\"128\\""
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _figure(figure: Figure) -> str:
    text = figure.digits
    for unit in figure.units:
        text += unit if unit in _ATTACHED and text == figure.digits else f" {unit}"
    return f"{text} {quote(figure.label)}" if figure.label else text


def show_item(item: Item) -> str:
    """A statement without its block: what stands before `{`, or the whole of it."""
    match item:
        case Setting():
            sign = "=" if item.relation == "==" else item.relation
            return f"{item.key.name} {sign} {show_value(item.value)}"
        case Block():
            return " ".join([item.kind.name, *map(show_value, item.labels)])
        case Claim():
            return _claim(item)
        case Constant(name, value):
            return f"let {name.name} = {show_value(value)}"
        case Inclusion(path):
            return f"import {show_value(path)}"
        case Mention(concepts):
            listed = ", ".join(concept.name for concept in concepts)
            return f"mention {listed}{_because(item.because)}"


def _claim(claim: Claim) -> str:
    keyword = "require" if claim.required else "expect"
    text = f"{keyword} {claim.metric.name} {claim.relation} {show_value(claim.value)}"
    if claim.tolerance:
        text += f" ± {show_value(claim.tolerance)}"
    if claim.per:
        text += f" per {claim.per.name}"
    if claim.on:
        what, number = claim.on
        text += f" on {what.name} {number.digits}" if what else f" on {number.digits}"
    if claim.working:
        text += f" from {show_value(claim.working)}"
    if claim.against:
        text += f" against {claim.against.digits} device{'s' if claim.against.digits != '1' else ''}"
    return text + _because(claim.because) + _goal(claim.goal)


def _because(reason: Word | Text | None) -> str:
    return f" because {show_value(reason)}" if reason else ""


def _goal(goal: Goal | None) -> str:
    return f" goal {goal.relation} {show_value(goal.value)}{' met' if goal.met else ''}" if goal else ""


def _inner(item: Item) -> tuple[Item, ...] | None:
    match item:
        case Setting():
            return item.fields
        case Block():
            return item.items
        case _:
            return None


def _flat(item: Item) -> str:
    """An item on one line."""
    inner = _inner(item)
    if inner is None:
        return show_item(item)
    return f"{show_item(item)} {{ {'; '.join(map(_flat, inner))} }}" if inner else f"{show_item(item)} {{}}"


def _fits_flat(item: Item, depth: int) -> bool:
    inner = _inner(item)
    if inner is None:
        return True
    tail = item.tail if isinstance(item, Setting | Block) else ()
    empty = not inner and not tail and not item.layout.inside
    return empty or (item.layout.flat and len(INDENT) * depth + len(_flat(item)) <= WIDTH)


class _Printer:
    """The lines printed so far."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def items(self, items: tuple[Item, ...], tail: tuple[Comment, ...], depth: int) -> None:
        for number, item in enumerate(items):
            self.comments(item.layout.above, depth, number == 0)
            first = number == 0 and not item.layout.above
            if item.layout.gap and not first:
                self.lines.append("")
            self.item(item, depth, joinable=number > 0)
        self.comments(tail, depth, not items)

    def comments(self, comments: tuple[Comment, ...], depth: int, first: bool) -> None:
        for number, comment in enumerate(comments):
            if comment.gap and not (first and number == 0):
                self.lines.append("")
            self.lines.append(INDENT * depth + comment.text)

    def item(self, item: Item, depth: int, joinable: bool) -> None:
        beside = f"  {item.layout.beside.text}" if item.layout.beside else ""
        if not _fits_flat(item, depth):
            self.block(item, depth, beside)
            return
        text = _flat(item) + beside
        if joinable and item.layout.joined and self.joins(text):
            self.lines[-1] += f"; {text}"
        else:
            self.lines.append(INDENT * depth + text)

    def joins(self, text: str) -> bool:
        """Whether a statement may follow on the last line."""
        return len(self.lines[-1]) + 2 + len(text) <= WIDTH and not self.lines[-1].endswith("}")

    def block(self, item: Item, depth: int, beside: str) -> None:
        inside = f"  {item.layout.inside.text}" if item.layout.inside else ""
        self.lines.append(f"{INDENT * depth}{show_item(item)} {{{inside}")
        tail = item.tail if isinstance(item, Setting | Block) else ()
        self.items(_inner(item) or (), tail, depth + 1)
        self.lines.append(f"{INDENT * depth}}}{beside}")


def show_file(file: File) -> str:
    """The canonical text of a file."""
    printer = _Printer()
    printer.items(file.items, file.tail, 0)
    return "".join(f"{line}\n" for line in printer.lines)


def format_text(source: Source) -> str | tuple[Diagnostic, ...]:
    """The canonical text of a source, or its syntax errors where it cannot be read as a whole."""
    parsed = parse(source)
    return parsed.diagnostics or show_file(parsed.file)
