"""The outcome of checking one source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from stratc.diagnostics.diagnostic import Diagnostic, RuleId
from stratc.record import Record, dataclass
from stratc.text.source import Source
from stratc.text.span import Span


class Silence(NamedTuple):
    """A rule, or the family of a code's letters, that had nothing to say because the plan does not say `key`."""

    rule: str
    key: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Report(Record):
    """Findings in the order of the text, and how much of the text was understood.

    `quantities` counts the figures in the text, `read` those that became facts, claims or workings;
    `suppressed` counts findings that a comment in the text silences, `accepted` those that a baseline holds, `assumed`
    the conventions fallen back on.
    `sources` are all texts that spans may lie in: the checked one first, then those it imports.
    """

    sources: tuple[Source, ...]
    diagnostics: tuple[Diagnostic, ...]
    quantities: int = 0
    read: int = 0
    suppressed: int = 0
    assumed: int = 0
    silences: tuple[Silence, ...] = ()
    accepted: int = 0

    @property
    def source(self) -> Source:
        """The text that was checked."""
        return self.sources[0]


def said_once(reports: Iterable[Report]) -> tuple[Report, ...]:
    """The reports of several sources where what is wrong with a file is said by its own report alone.

    A script that names a configuration, or a plan that imports another, sees the faults of that file as well.
    """
    given = tuple(reports)
    own = {(each.rule, each.primary.span) for report in given for each in _own(report)}
    return tuple(
        replace(report, diagnostics=tuple(each for each in report.diagnostics if not _is_of_another(each, report, own)))
        if len(report.sources) > 1
        else report
        for report in given
    )


def _own(report: Report) -> Iterable[Diagnostic]:
    return (each for each in report.diagnostics if each.primary.span.source == report.source.name)


def _is_of_another(each: Diagnostic, report: Report, own: set[tuple[RuleId, Span]]) -> bool:
    return each.primary.span.source != report.source.name and (each.rule, each.primary.span) in own
