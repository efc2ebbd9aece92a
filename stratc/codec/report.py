"""Reports as the JSON that other programs read; by hand, because every lint pays for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

from stratc.diagnostics.diagnostic import Diagnostic, Evidence, Label
from stratc.diagnostics.fix import Fix
from stratc.diagnostics.report import Report
from stratc.text.source import Source
from stratc.text.span import Span

VERSION = 1


def report_json(reports: Iterable[Report], silences: bool = False) -> dict[str, Any]:
    """One document for all reports of a run; `silences` adds the rules that had nothing to go by."""
    files: list[dict[str, Any]] = []
    diagnostics: list[dict[str, Any]] = []
    for report in reports:
        files.append(_file(report, silences))
        sources = {source.name: source for source in report.sources}
        diagnostics += [diagnostic_json(each, sources) for each in report.diagnostics]
    return {"version": VERSION, "files": files, "diagnostics": diagnostics}


def diagnostic_json(diagnostic: Diagnostic, sources: Mapping[str, Source]) -> dict[str, Any]:
    """One finding."""
    return {
        "code": diagnostic.rule.code,
        "name": diagnostic.rule.name,
        "category": diagnostic.category.value,
        "severity": diagnostic.severity.value,
        "certainty": diagnostic.certainty.value,
        "message": diagnostic.message,
        **place_json(diagnostic.primary.span, sources),
        "related": [_related(label, sources) for label in diagnostic.secondary],
        "evidence": _evidence(diagnostic.evidence),
        "help": diagnostic.help,
        "fix": _fix(diagnostic.fix, sources),
        "fact": diagnostic.fact,
    }


def place_json(span: Span, sources: Mapping[str, Source]) -> dict[str, Any]:
    """A place: lines and columns count from 1, columns in code points, the end is behind the last one."""
    source = sources[span.source]
    (line, column), (end_line, end_column) = source.position(span.start), source.position(span.end)
    return {"path": source.name, "line": line, "column": column, "end_line": end_line, "end_column": end_column}


def finite(value: float | str | None) -> float | str | None:
    """The value, or None for what JSON has no number for.

    >>> finite(2.5), finite(float("inf")), finite("fp16")
    (2.5, None, 'fp16')
    """
    return None if isinstance(value, float) and not isfinite(value) else value


def _file(report: Report, silences: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "path": report.source.name,
        "quantities": report.quantities,
        "read": report.read,
        "suppressed": report.suppressed,
        "accepted": report.accepted,
        "assumed": report.assumed,
    }
    if silences:
        told["silent"] = [{"rule": each.rule, "key": each.key} for each in report.silences]
    return told


def _related(label: Label, sources: Mapping[str, Source]) -> dict[str, Any]:
    return {**place_json(label.span, sources), "message": label.text}


def _evidence(evidence: Evidence | None) -> dict[str, Any] | None:
    if evidence is None:
        return None
    return {
        "stated": finite(evidence.stated),
        "computed": finite(evidence.computed),
        "unit": evidence.unit,
        "working": evidence.working,
    }


def _fix(fix: Fix | None, sources: Mapping[str, Source]) -> dict[str, Any] | None:
    if fix is None:
        return None
    edits = [{**place_json(edit.span, sources), "text": edit.text} for edit in fix.edits]
    return {"title": fix.title, "applicability": fix.applicability.value, "edits": edits}
