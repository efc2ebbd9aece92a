"""Models that a plan only compares itself with: "unlike Llama-3-70B with 70B parameters", "Draft model: …"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.blocks import Kind
from stratc.ir.scope import Role
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement
    from stratc.ir.values import Value

_BESIDE = r"draft|teacher|reward|reference|critic|judge|embedding|reranker|verifier|assistant"
_LED = Pattern(
    r"(?i)\b(?:unlike|such as|like|similar to|same as|as (?:in|for|with)|compared (?:to|with)|in contrast to|"
    r"than|vs\.?|versus|distilled from|inspired by|cf\.?|e\.g\.,?|for example,?|"
    rf"(?:{_BESIDE}) model(?: is)?:?)\s+(?:(?:the|a|an|that of|those of|larger|smaller|published|original|dense|"
    r"\d+(?:\.\d+)?B)\s+)*$"
)
_SAME = Pattern(
    r"\S*(?: ?\([^()]*\))?,?(?: (?:also|already|itself))? (?:uses?|employs?|has|follows?|adopts?|shows?) the same\b",
    "the same",
)
_LABEL = Pattern(
    rf"(?i)\W*(?:(?:{_BESIDE}) model\b|(?:draft(?:er)?|speculator)(?: (?:heads?|modules?))?\W*:)",
    f"{_BESIDE}|draft|speculator",
)
_OTHERS = Pattern(r"(?i)\W*(?:an?|other|larger|smaller)\b[^.]{0,40}$")
_OURS = Pattern(r"(?i)\W*(?:ours?\b|our model|this (?:model|plan|work)|proposed|target model|the plan)")


def of_other_models(said: Sequence[Sentence], statements: Sequence[Statement]) -> list[Statement]:
    """The statements, where what a sentence tells of a model beside the plan's is told of another one.

    Only where the plan says of its own model how it is called or how large it is.
    """
    named: dict[int, list[Statement]] = {}
    for each in statements:
        if each.subject == "model.name":
            named.setdefault(each.context.start, []).append(each)
    asides = {
        sentence.start: at for sentence in said if (at := _aside(sentence, named.get(sentence.start, ()))) is not None
    }
    asides.update(_rows(said))
    asides.update(_models_in_rows(said, statements))
    listed = dict(_models_in_lists(said, named, statements))
    asides.update(listed)
    if not asides:
        return list(statements)
    own = [
        each
        for each in statements
        if each.subject in _OWN and each.scope.role is Role.PLAN and not _is_in(each, asides)
    ]
    names = {each.value for each in own if each.subject == "model.name"}
    left = {
        start: at
        for start, at in asides.items()
        if (own or start in listed) and not any(each.value in names for each in named.get(start, ()))
    }
    return [
        replace(each, scope=replace(each.scope, role=Role.ALTERNATIVE))
        if each.subject.startswith(_TOLD) and each.scope.role is Role.PLAN and _is_in(each, left)
        else each
        for each in statements
    ]


_TOLD = ("model.", "parameters.", "strategy.", "hardware.device_count")
_SHAPE = frozenset(f"model.{each}" for each in ("layers", "hidden_size", "heads", "experts", "ffn_hidden_size"))
_OWN = frozenset(("model.name", "model.parameters", "model.layers"))


def _is_in(statement: Statement, asides: dict[int, int]) -> bool:
    at = asides.get(statement.context.start)
    return at is not None and statement.span.start >= at


def _aside(sentence: Sentence, names: Sequence[Statement]) -> int | None:
    """Where the words about another model begin in a sentence; None where it speaks of no other."""
    if sentence.key and _LABEL.match(sentence.text):
        return sentence.start
    for name in names:
        at = name.span.start - sentence.start
        if at < 0:
            continue
        if led := _LED.search(sentence.text[max(0, at - 60) : at]):
            before = sentence.text[: max(0, at - 60) + led.start()]
            return sentence.start if _OTHERS.match(before) else name.span.start
        if _SAME.match(sentence.text, at):
            return sentence.start + at
    return None


def _rows(said: Sequence[Sentence]) -> Iterator[tuple[int, int]]:
    """Cells of the other rows of a table in which one row is called the plan's own."""
    tables: dict[int, list[tuple[Sentence, str]]] = {}
    for sentence in said:
        if sentence.block.kind is Kind.CELL and sentence.header:
            tables.setdefault(sentence.block.group, []).append((sentence, _row(sentence)))
    for cells in tables.values():
        if any(_OURS.match(label) for _, label in cells):
            yield from ((each.start, each.start) for each, label in cells if not _OURS.match(label))


def _models_in_rows(said: Sequence[Sentence], statements: Sequence[Statement]) -> Iterator[tuple[int, int]]:
    """Cells of tables that have a model in each row: two rows or more give layers and widths of their own."""
    cells = {each.start: each for each in said if each.block.kind is Kind.CELL and each.header}
    shapes: dict[int, dict[int, set[str]]] = {}
    for each in statements if cells else ():
        cell = cells.get(each.context.start)
        if cell is not None and each.subject in _SHAPE:
            shapes.setdefault(cell.block.group, {}).setdefault(cell.block.label[0], set()).add(each.subject)
    rows = {row for table in shapes.values() for row in table if sum(len(keys) > 1 for keys in table.values()) > 1}
    yield from ((each.start, each.start) for each in cells.values() if each.block.label[0] in rows)


def _models_in_lists(
    said: Sequence[Sentence], named: Mapping[int, Sequence[Statement]], statements: Sequence[Statement]
) -> Iterator[tuple[int, int]]:
    """Items of lists in which each has a model for its label: two or more tell of different models."""
    sized = {each.context.start for each in statements if each.subject == "model.parameters"}
    lists: dict[tuple[str, ...], dict[int, Value]] = {}
    for each in said:
        if each.block.kind is not Kind.ITEM or not each.key or each.start not in sized:
            continue
        names = [name for name in named.get(each.start, ()) if name.span.start < each.key[-1].end]
        lists.setdefault(each.scope.path, {})[each.start] = names[0].value if names else ""
    for items in lists.values():
        if len(set(items.values()) - {""}) > 1:
            yield from ((start, start) for start in items)


def _row(sentence: Sentence) -> str:
    """The words that label the row of a cell, which for its first cell are its own."""
    return " ".join(token.stem for token in sentence.key if token.stem) if sentence.key else sentence.text
