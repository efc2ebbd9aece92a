"""Launches and settings that stand inside another text, such as a fence of a plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stratc.ir.statement import Statement
from stratc.text.source import Source
from stratc.text.span import Span

if TYPE_CHECKING:
    from stratc.diagnostics.diagnostic import Diagnostic
    from stratc.frontends.launch.traced import Traced


@dataclass(frozen=True, slots=True)
class Told:
    """What one launch or one mapping says; `starts` is true of the command line of a framework."""

    statements: tuple[Statement, ...]
    starts: bool = False
    slips: tuple[Diagnostic, ...] = ()


def told(text: Traced, notation: str, source: str) -> Iterator[Told]:
    """What each launch and each mapping of a fragment says, at the places of its characters in that source.

    The notation is "shell", "json", "yaml", "toml" or "program".  Figures that the fragment leaves open say nothing.
    """
    inner = Source(source, text.text)
    for each in _found(inner, notation):
        yield Told(
            tuple(_placed(statement, text) for statement in each.statements),
            each.starts,
            tuple(_moved(slip, text) for slip in each.slips),
        )


def _found(source: Source, notation: str) -> Iterator[Told]:
    """What a fragment says by itself; each notation pays for its own reader alone."""
    if notation == "shell":
        from stratc.frontends.launch.commands import commands

        return commands(source)
    from stratc.frontends.launch.mappings import READERS

    return READERS[notation](source)


def _placed(statement: Statement, text: Traced) -> Statement:
    return replace(statement, span=_place(statement.span, text), context=_place(statement.context, text))


def _moved(slip: Diagnostic, text: Traced) -> Diagnostic:
    return replace(slip, primary=replace(slip.primary, span=_place(slip.primary.span, text)))


def _place(span: Span, text: Traced) -> Span:
    """Where a part of a fragment stands in the source around it."""
    if not text.at:
        return Span(span.source, 0, 0)
    start = text.at[min(span.start, len(text.at) - 1)]
    return Span(span.source, start, text.at[span.end - 1] + 1 if span.end > span.start else start)
