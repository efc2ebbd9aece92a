"""Tables of layouts: a row for each strategy, a column for each degree, "| B | 512 GPUs | 8 | 4 | 16 |"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.notations import AXES, SIZES
from stratc.frontends.markdown.document.tokens import tokens_of
from stratc.frontends.markdown.layout.counts import counted_rows
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token

_PARTS = words(
    "attention moe expert mlp ffn layer embedding stage gpu rank node group total module shard sum dense "
    "communication server host"
)
_DEVICES = words("gpu 卡数 gpu数 npu数 总卡数")
_ROWS = {
    # heading of the first column: what a row is about
    **dict.fromkeys(("stage", "pipeline stage", "pp stage", "阶段"), "stage"),
    **dict.fromkeys(("rank", "gpu", "tp rank", "gpu id", "卡"), "gpu"),
}
_PLACED = words("per each layer gpu")  # what columns of a placement count
_TICKS = frozenset("✅✓✔★⭐")
_NEEDED = frozenset(("strategy.pp", "strategy.dp"))


def layouts(said: Iterable[Sentence]) -> Iterator[Sentence]:
    """The sentences, where a cell of a table of layouts is labelled by its column and belongs to the row's strategy."""
    sentences = list(said)
    tables: dict[int, list[Sentence]] = {}
    for sentence in sentences:
        if sentence.block.kind is Kind.CELL and sentence.header and sentence.key:
            tables.setdefault(sentence.block.group, []).append(sentence)
    proposed = {group: _with_degrees(cells) for group, cells in tables.items()}
    found = {cell.start for cells in proposed.values() if _proposes(cells) for cell in cells}
    parts = _of_parts(sentences)
    for sentence in sentences:
        if sentence.start in found and sentence.key and sentence.header:
            scope = replace(sentence.scope, strategy=sentence.scope.strategy or _name(sentence.key))
            if not is_of_strategy(sentence.header) and differs(proposed[sentence.block.group], sentence):
                scope = replace(scope, role=Role.ALTERNATIVE)  # of one row only; a plan has one workload
            yield sentence._replace(scope=scope, key=sentence.header, header=(), tokens=sentence.value)
        elif sentence.block.group in parts and sentence.block.kind is Kind.CELL and sentence.key and sentence.header:
            yield sentence._replace(header=_for_each(sentence.header, parts[sentence.block.group]))
        else:
            yield sentence


def _of_parts(sentences: Iterable[Sentence]) -> dict[int, str]:
    """Tables with a row for each stage or device, by the word for one: their columns tell what each of them has."""
    rows: dict[int, list[tuple[str, bool]]] = {}
    for each in sentences:
        if each.block.kind is Kind.CELL and not each.key and each.header:
            part = (
                "" if counted_rows(each) else _ROWS.get(" ".join(token.stem for token in each.header if token.stem), "")
            )
            rows.setdefault(each.block.group, []).append((part, any(token.figure for token in each.value[:2])))
    counted = {group: found for group, found in rows.items() if len(found) > 1}
    return {group: found[0][0] for group, found in counted.items() if all(part and n for part, n in found)}


def _for_each(header: tuple[Token, ...], part: str) -> tuple[Token, ...]:
    """The heading of a column with "per stage" added, unless it says what it counts or places."""
    if _PLACED & {token.stem for token in header}:
        return header
    end = header[-1].end
    return (*header, *(token._replace(start=end, end=end) for token in tokens_of(f"per {part}", end)))


def _with_degrees(cells: list[Sentence]) -> list[Sentence]:
    """The cells of the rows that give a degree; the sum below them is no strategy."""
    given = {cell.key[0].start for cell in cells if axis_of_column(cell.header) and cell.has_digit}
    return [cell for cell in cells if cell.key[0].start in given]


def _proposes(cells: list[Sentence]) -> bool:
    """Whether the rows are strategies: they have names, and columns for two degrees and for how many devices."""
    labels = {_name(cell.key) for cell in cells}
    columns = {cell.header[0].start: cell.header for cell in cells}.values()
    axes = {axis for column in columns if (axis := axis_of_column(column))}
    counted = any(_DEVICES & {token.stem for token in column} for column in columns)
    stems = {token.stem for cell in cells for token in cell.key}
    named = all(any(token.stem for token in cell.key) and not AXES.inside(cell.key) for cell in cells)
    return len(labels) > 1 and named and not stems & _PARTS and len(axes) > 1 and (counted or axes >= _NEEDED)


def is_of_strategy(column: tuple[Token, ...]) -> bool:
    """Whether a column gives a degree or counts devices."""
    return bool(axis_of_column(column)) or bool(_DEVICES & {token.stem for token in column})


def differs(cells: list[Sentence], cell: Sentence) -> bool:
    """Whether the rows say different things in the column of a cell."""
    return len({each.text for each in cells if each.header[0].start == cell.header[0].start}) > 1


def axis_of_column(column: tuple[Token, ...]) -> str:
    """The axis whose degree a column gives, with nothing else in its heading."""
    found = AXES.inside(column)
    rest = {token.stem for token in column if token.stem} - SIZES
    named = {token.stem for _, first, end in found for token in column[first:end]}
    return found[0][0] if len({key for key, _, _ in found}) == 1 and rest <= named else ""


def _name(label: tuple[Token, ...]) -> str:
    words = [token.stem or (token.figure.quantity.show() if token.figure else "") for token in label]
    words += ["chosen"] if any(token.sign in _TICKS for token in label) else []
    return " ".join(filter(None, words))
