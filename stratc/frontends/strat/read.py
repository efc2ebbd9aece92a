"""The frontend of `.strat` files: a file and all that it imports → one reading."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from stratc.arith.quantity import Quantity
from stratc.diagnostics.diagnostic import Diagnostic
from stratc.errors import InputError
from stratc.frontends import suppressions as every
from stratc.frontends.frontend import Load, Reading, Suppression, Unread
from stratc.frontends.strat.faults import CIRCLE, UNREADABLE, Unusable, fault
from stratc.frontends.strat.figures import Evaluator
from stratc.frontends.strat.statements import Speaker
from stratc.ir.statement import Statement
from stratc.syntax.parse import parse
from stratc.syntax.tree import Block, Comment, Constant, File, Inclusion, Item, Layout, Setting, Text, Word
from stratc.text.source import Source
from stratc.text.span import Span

DEEPEST_IMPORT = 32
MOST_FILES = 256
_NUMBER = re.compile(r'"(?:[^"\\\n]|\\.)*"|#[^\n]*|(?<![\w.])\d[\d_]*(?:\.\d+)?')


@dataclass(slots=True)
class _Session:
    """What has been read so far, over all files of one reading."""

    load: Load
    sources: list[Source] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    suppressions: list[Suppression] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    constants: dict[str, dict[str, Quantity | str]] = field(default_factory=dict)
    quantities: int = 0

    def file(self, source: Source, path: tuple[str, ...]) -> dict[str, Quantity | str]:
        """Read one file; `path` are the files whose imports led here, itself last.  Gives its constants."""
        self.sources.append(source)
        constants: dict[str, Quantity | str] = {}
        self.constants[source.name] = constants
        parsed = parse(source)
        self.diagnostics.extend(parsed.diagnostics)
        self.suppressions.extend(_suppressions(source, parsed.file))
        speaker = Speaker(Evaluator(constants))
        for item in parsed.file.items:
            match item:
                case Constant():
                    self._constant(item, constants, speaker)
                case Inclusion():
                    constants.update(self._import(item, source, path))
                case _:
                    self.statements.extend(speaker.top(item))
        self.diagnostics.extend(speaker.found)
        self._count(
            source, [*(each.span for each in speaker.failed), *(each.primary.span for each in parsed.diagnostics)]
        )
        return constants

    def _constant(self, item: Constant, constants: dict[str, Quantity | str], speaker: Speaker) -> None:
        try:
            match item.value:
                case Text(text):
                    constants[item.name.name] = text
                case Word(name) if name not in constants:
                    constants[item.name.name] = name
                case value:
                    constants[item.name.name] = speaker.evaluator.quantity(value)
        except Unusable as error:
            speaker.found.append(error.found)
            speaker.failed.append(item)

    def _import(self, item: Inclusion, importer: Source, path: tuple[str, ...]) -> dict[str, Quantity | str]:
        """The constants of an imported file, read now unless it has been read before."""
        try:
            source = self.load(item.path.text, importer.name)
        except InputError as error:
            self.diagnostics.append(fault(UNREADABLE, str(error), item.path.span, "imported here"))
            return {}
        if source.name in path:
            circle = " → ".join((*path[path.index(source.name) :], source.name))
            message = f"`{source.name}` imports itself: {circle}"
            self.diagnostics.append(fault(CIRCLE, message, item.path.span, "imported here"))
            return {}
        if source.name in self.constants:
            return self.constants[source.name]
        if len(path) > DEEPEST_IMPORT or len(self.sources) >= MOST_FILES:
            message = f"too many files import each other: {len(self.sources)} are read already"
            self.diagnostics.append(fault(UNREADABLE, message, item.path.span, "imported here"))
            return {}
        if source.name.endswith(".json"):
            return self._configured(source)
        return self.file(source, (*path, source.name))

    def _configured(self, source: Source) -> dict[str, Quantity | str]:
        """What a JSON plan or the config.json of a model says, which names no constants."""
        from stratc.frontends.json import FRONTEND  # only a plan that imports one pays for it

        told = FRONTEND.read(source, self.load)
        self.sources.extend(told.sources)
        self.statements.extend(told.statements)
        self.diagnostics.extend(told.diagnostics)
        self.unread.extend(told.unread)
        self.quantities += told.quantities
        return self.constants.setdefault(source.name, {})

    def _count(self, source: Source, failed: list[Span]) -> None:
        """Counts the figures of a file; those in statements that could not be used are unread."""
        broken = {line for span in failed for line in _lines(source, span)}
        for found in _NUMBER.finditer(source.text):
            if found.group()[0] in '"#':
                continue
            self.quantities += 1
            if source.position(found.start())[0] in broken:
                self.unread.append(Unread(Span(source.name, *found.span()), found.group()))


def _lines(source: Source, span: Span) -> range:
    last = max(span.start, span.end - 1)
    return range(source.position(span.start)[0], source.position(last)[0] + 1)


def _suppressions(source: Source, file: File) -> Iterator[Suppression]:
    """Comments that silence rules: beside a statement for its lines, above a statement or block for all of it."""
    whole = Span(source.name, 0, len(source.text))
    found = [*_of_items(source, file.items, whole), *(_comment(source, each, each.span, whole) for each in file.tail)]
    yield from every.suppressions(sorted(found, key=lambda each: each.span))


def _of_items(source: Source, items: tuple[Item, ...], block: Span) -> Iterator[every.Comment]:
    for item in items:
        layout: Layout = item.layout
        for comment in layout.above:
            yield _comment(source, comment, item.span, block)
        inner, tail = _content(item)
        within = item.span if inner or tail else block
        for beside in (layout.beside, layout.inside):
            if beside:
                yield _comment(source, beside, beside.span if inner and not layout.flat else item.span, within)
        yield from _of_items(source, inner, within)
        yield from (_comment(source, each, each.span, within) for each in tail)


def _content(item: Item) -> tuple[tuple[Item, ...], tuple[Comment, ...]]:
    match item:
        case Block():
            return item.items or (), item.tail
        case Setting():
            return item.fields or (), item.tail
        case _:
            return (), ()


def _comment(source: Source, comment: Comment, over: Span, block: Span) -> every.Comment:
    lines, section = _lines(source, over | comment.span), _lines(source, block)
    return every.Comment(
        comment.text.removeprefix("#"),
        comment.span,
        source.position(comment.span.start)[0],
        (lines[0], lines[-1]),
        lambda: (section[0], section[-1]),
        (1, max(1, source.line_count)),
    )


@dataclass(frozen=True, slots=True)
class StratFrontend:
    """Reads the strategy language."""

    suffixes: tuple[str, ...] = (".strat",)

    def read(self, source: Source, load: Load) -> Reading:
        """What a file and those it imports say."""
        session = _Session(load)
        session.file(source, (source.name,))
        return Reading(
            sources=tuple(session.sources),
            statements=tuple(session.statements),
            suppressions=tuple(session.suppressions),
            diagnostics=tuple(session.diagnostics),
            unread=tuple(session.unread),
            quantities=session.quantities,
        )


FRONTEND = StratFrontend()
