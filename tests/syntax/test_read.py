"""What `.strat` files say: every file of read/ gives the statements and diagnostics that its .out lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stratc.errors import InputError
from stratc.frontends.frontend import Reading
from stratc.frontends.strat.read import FRONTEND
from stratc.ir.statement import Per, Relation, Statement
from stratc.text.source import Source
from stratc.text.span import Span

HERE = Path(__file__).parent / "read"


def load(path: str, importer: str) -> Source:
    del importer
    try:
        return Source(path, (HERE / path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path} cannot be read") from error


def place(reading: Reading, span: Span) -> str:
    source = next(each for each in reading.sources if each.name == span.source)
    row, column = source.position(span.start)
    name = "" if source is reading.sources[0] else f"{source.name}:"
    return f"{name}{row}:{column}"


def shown(reading: Reading, said: Statement) -> str:
    relation = "=" if said.relation is Relation.IS else said.relation.value
    source = next(each for each in reading.sources if each.name == said.span.source)
    parts = [f"{place(reading, said.span)} {said.subject} {relation} {said.value}"]
    parts.append(f"`{source.text[said.span.start : said.span.end]}`")
    parts += [f"as {said.quantity.show()}"] if said.quantity else []
    parts += [f"{said.scope.role.value} {said.scope.strategy}".strip()] if said.scope.strategy else []
    parts += [said.scope.role.value] if said.scope.role.value != "plan" and not said.scope.strategy else []
    parts += [f"per {said.per.value}"] if said.per is not Per.UNSAID else []
    parts += [f"on {said.index}"] if said.index is not None else []
    parts += [f"from {said.working} = {said.working.value:g}"] if said.working else []
    parts += [f"because {said.cause}"] if said.cause else []
    parts += [f"goal {said.goal.relation.value} {said.goal.quantity.show()} {said.goal.ticked}"] if said.goal else []
    return " | ".join(parts)


def lines(reading: Reading) -> Iterator[str]:
    yield from (shown(reading, each) for each in reading.statements)
    for each in reading.suppressions:
        yield f"silence {','.join(each.rules) or 'all'} {each.first_line}..{each.last_line} {each.reason}".rstrip()
    for found in sorted(reading.diagnostics, key=lambda each: each.sort_key):
        parts = [f"{place(reading, found.primary.span)} {found.rule.code} {found.message}"]
        parts += [f"help: {found.help}"] if found.help else []
        yield " | ".join(parts)
    yield f"{reading.quantities} figures, {len(reading.unread)} unread"


@pytest.mark.parametrize("path", sorted(HERE.glob("*.strat")), ids=lambda path: path.stem)
def test_what_a_file_says(path: Path, golden: Callable[[Path, str], None]) -> None:
    reading = FRONTEND.read(Source(path.name, path.read_text(encoding="utf-8")), load)
    golden(path.with_suffix(".out"), "".join(f"{line}\n" for line in lines(reading)))
