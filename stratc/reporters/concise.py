"""The concise form: one line a finding, as editors and grep like it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stratc.diagnostics.diagnostic import Certainty
from stratc.diagnostics.report import Report


def render(reports: Iterable[Report]) -> str:
    """All findings of a run."""
    return "".join(line for report in reports for line in _lines(report))


def _lines(report: Report) -> Iterator[str]:
    sources = {source.name: source for source in report.sources}
    for each in report.diagnostics:
        line, column = sources[each.primary.span.source].position(each.primary.span.start)
        sure = "" if each.certainty is Certainty.DEFINITE else f" ({each.certainty.value})"
        head = f"{each.severity.value}[{each.rule.code}] {each.rule.name}{sure}"
        yield f"{each.primary.span.source}:{line}:{column}: {head}: {each.message}\n"
