"""What a frontend is, and what it gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol, TypeAlias

from stratc.diagnostics.diagnostic import Diagnostic
from stratc.diagnostics.suppression import Suppression as Suppression
from stratc.errors import InputError
from stratc.ir.statement import Statement
from stratc.record import Record, dataclass
from stratc.text.source import Source
from stratc.text.span import Span

Load: TypeAlias = Callable[[str, str], Source]
"""Reads the file that a source names: (path as written, name of the source that writes it) -> its text.

Raises InputError when it cannot be read; frontends themselves open no files.
"""


def no_files(path: str, importer: str) -> Source:
    """Reads nothing: for texts that come without a folder.  Raises InputError."""
    raise InputError(f"{importer} names {path}, and files cannot be read here")


class Unread(NamedTuple):
    """A figure that became no fact, no claim and no working."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Reading(Record):
    """What one text says; `quantities` counts the figures it holds, understood or not."""

    sources: tuple[Source, ...]
    statements: tuple[Statement, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    unread: tuple[Unread, ...] = ()
    quantities: int = 0
    apart: bool = False  # its strategies are jobs of their own, each with its own model and work

    def jobs(self) -> tuple[tuple[str, tuple[Statement, ...]], ...]:
        """The statements of each job by its name; all together where the text plans one."""
        if not self.apart:
            return (("", self.statements),)
        found: dict[str, list[Statement]] = {}
        for each in self.statements:
            found.setdefault(each.scope.strategy, []).append(each)
        return tuple((name, tuple(statements)) for name, statements in found.items())


class Frontend(Protocol):
    """Reads one kind of text.  It never raises on what the text says, and decides nothing of what to believe."""

    suffixes: tuple[str, ...]

    def read(self, source: Source, load: Load) -> Reading: ...
