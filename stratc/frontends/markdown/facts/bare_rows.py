"""Tables whose rows have figures for names: a record of one row, "| TP | PP | GPUs |", or a layout in each row."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.tokens import tokens_of
from stratc.frontends.markdown.layout.layouts import axis_of_column, differs, is_of_strategy
from stratc.frontends.markdown.scoping.columns import degrees_of_plan
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stratc.frontends.markdown.document.sentences import Sentence

    Rows = dict[int, list[Sentence]]  # the cells of each row by where the row begins

_IDENTITIES = words("stage rank step phase id no number layer expert group iteration node # 阶段 编号 序号")
_NAMED = words("gpu model hardware system cluster machine")  # one of which is described
_COLUMNS = 2  # so many tell how one figure goes with another
_COUNT = words("count qty quantity number unit piece 数量")


def bare_rows(said: Iterable[Sentence]) -> Iterator[Sentence]:
    """The sentences, where the column labels a cell of a row that has no name of its own.

    Of several such rows with two degrees or more each is a layout; one that the plan chooses elsewhere is the plan.
    """
    sentences = list(said)
    tables: dict[int, Rows] = {}
    for each in sentences:
        if each.block.kind is Kind.CELL and each.header and each.tokens:
            tables.setdefault(each.block.group, {}).setdefault(each.block.label[0], []).append(each)
    records = {group for group, rows in tables.items() if len(rows) == 1 and (_is_bare(rows) or _describes(rows))}
    listed = {group for group, rows in tables.items() if len(rows) > 1 and _is_bare(rows) and _are_layouts(rows)}
    own = degrees_of_plan(sentences) if listed else set()
    roles = {group: _roles(tables[group], own) for group in listed}
    for each in sentences:
        group = each.block.group if each.block.kind is Kind.CELL and each.header else None
        if group in records:
            yield _of_record(each, tables[group])
        elif group in listed:
            yield _of_layout(each, tables[group], roles[group])
        else:
            yield each


def _is_bare(rows: Rows) -> bool:
    """Whether every row begins with a number that its column names, and that is no number of the row itself."""
    firsts = [cells[0] for cells in rows.values()]
    counts = bool(firsts[0].header) and firsts[0].header[-1].many  # "layers", not "layer"
    named = counts or not _IDENTITIES.issuperset(token.stem for token in firsts[0].header if token.stem)
    numbers = (len(each.tokens) == 1 and each.tokens[0].figure is not None and not each.key for each in firsts)
    columns = all(
        len(cells) > _COLUMNS or all(is_of_strategy(each.header) for each in cells) for cells in rows.values()
    )
    return named and columns and all(numbers)


def _describes(rows: Rows) -> bool:
    """Whether the row is about one machine or one model, which its first cell names: "| GPU | Count | HBM (GB) |"."""
    first, *rest = next(iter(rows.values()))
    named = any(token.stem for token in first.tokens) and first.header[0].stem in _NAMED and not first.key
    return named and len(rest) > 1


def _are_layouts(rows: Rows) -> bool:
    """Whether two columns at least give degrees, or one a degree and another the devices."""
    axes = {axis for cell in next(iter(rows.values())) if (axis := axis_of_column(cell.header))}
    devices = any(is_of_strategy(cell.header) and not axis_of_column(cell.header) for cell in next(iter(rows.values())))
    return len(axes) + devices > 1 and bool(axes)


def _by_column(cell: Sentence) -> Sentence:
    """The cell under the label of its column, which stays where it may give the unit."""
    return cell._replace(key=cell.header, header=() if is_of_strategy(cell.header) else cell.header)


def _degrees(cells: list[Sentence]) -> dict[str, int]:
    """The degrees that a row gives."""
    found = ((axis_of_column(cell.header), cell.tokens[0].figure) for cell in cells)
    return {axis.rpartition(".")[2]: int(figure.value) for axis, figure in found if axis and figure}


def _roles(rows: Rows, own: set[tuple[str, int]]) -> dict[int, Role]:
    """Which rows the plan chooses, where it says its degrees elsewhere; without that each row stands for itself."""
    if not own:
        return {}
    chosen = [start for start, cells in rows.items() if own >= set(_degrees(cells).items())]
    return {start: Role.PLAN if chosen == [start] else Role.ALTERNATIVE for start in rows}


def _of_layout(cell: Sentence, rows: Rows, roles: dict[int, Role]) -> Sentence:
    start, role = cell.block.label[0], roles.get(cell.block.label[0])
    name = " ".join(f"{axis}{size}" for axis, size in _degrees(rows[start]).items())
    scope = cell.scope if role is Role.PLAN else replace(cell.scope, strategy=cell.scope.strategy or name)
    if role is Role.ALTERNATIVE or (role is None and _is_beside(cell, rows)):
        scope = replace(scope, role=Role.ALTERNATIVE)
    return _by_column(cell)._replace(scope=scope)


def _is_beside(cell: Sentence, rows: Rows) -> bool:
    """Whether a cell is of its row alone, as no degree: a plan has one workload."""
    return not is_of_strategy(cell.header) and differs([each for cells in rows.values() for each in cells], cell)


def _of_record(cell: Sentence, rows: Rows) -> Sentence:
    """A cell of the only row; a column that only says "count" counts what the first one names: "| GPU | Count |"."""
    named = next(iter(rows.values()))[0].header
    if not cell.key or not _COUNT.issuperset(token.stem for token in cell.header if token.stem):
        return _by_column(cell)
    count = (token._replace(start=named[-1].end, end=named[-1].end) for token in tokens_of("count", 0))
    return cell._replace(key=(*named, *count), header=(), tokens=cell.value)
