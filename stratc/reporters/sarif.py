"""SARIF 2.1.0, as code hosts and editors read it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from stratc import __version__
from stratc.codec.report import finite, place_json
from stratc.diagnostics.description import Description
from stratc.diagnostics.diagnostic import Certainty, Diagnostic, Evidence, Label, Severity
from stratc.diagnostics.fingerprint import fingerprints
from stratc.diagnostics.fix import Fix
from stratc.diagnostics.report import Report
from stratc.reporters.json import document
from stratc.text.source import Source
from stratc.text.span import Span

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
PRECISION = {Certainty.DEFINITE: "very-high", Certainty.LIKELY: "high", Certainty.JUDGEMENT: "medium"}
FINGERPRINT = "stratc/v1"


def render(reports: Sequence[Report], rules: Iterable[Description], root: str = "") -> str:
    """All reports of a run as one SARIF document; paths below `root` are given relative to it."""
    return document(sarif_json(reports, rules, root))


def sarif_json(reports: Sequence[Report], rules: Iterable[Description], root: str = "") -> dict[str, Any]:
    """The document as a value."""
    described = _described(reports, rules)
    index = {each.id.code: n for n, each in enumerate(described)}
    driver = {"name": "stratc", "version": __version__, "rules": [_rule(each) for each in described]}
    results = [result for report in reports for result in _results(report, index, root)]
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": _artefact(report.source.name, root)} for report in reports],
        "results": results,
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _described(reports: Iterable[Report], rules: Iterable[Description]) -> list[Description]:
    """The rules that have a finding, by code."""
    used = {each.rule.code for report in reports for each in report.diagnostics}
    return [each for each in rules if each.id.code in used]


def _rule(rule: Description) -> dict[str, Any]:
    return {
        "id": rule.id.code,
        "name": rule.id.name,
        "shortDescription": {"text": rule.summary},
        "help": {"text": rule.page, "markdown": rule.page},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"tags": [rule.category.value], "precision": PRECISION[rule.certainty]},
    }


def _results(report: Report, index: Mapping[str, int], root: str) -> list[dict[str, Any]]:
    sources = {source.name: source for source in report.sources}
    marks = fingerprints(report.diagnostics)
    return [_result(each, mark, index, sources, root) for each, mark in zip(report.diagnostics, marks, strict=True)]


def _result(
    found: Diagnostic, mark: str, index: Mapping[str, int], sources: Mapping[str, Source], root: str
) -> dict[str, Any]:
    rule = {"ruleId": found.rule.code}
    return {
        **(rule | {"ruleIndex": index[found.rule.code]} if found.rule.code in index else rule),
        "level": LEVELS[found.severity],
        "message": {"text": f"{found.message}\nhelp: {found.help}" if found.help else found.message},
        "locations": [{"physicalLocation": _place(found.primary.span, sources, root)}],
        "relatedLocations": [_related(n, each, sources, root) for n, each in enumerate(found.secondary, 1)],
        "partialFingerprints": {FINGERPRINT: mark},
        **({"fixes": [_fix(found.fix, sources, root)]} if found.fix and found.fix.edits else {}),
        "properties": {
            "certainty": found.certainty.value,
            "category": found.category.value,
            "fact": found.fact,
            **({"evidence": _evidence(found.evidence)} if found.evidence else {}),
        },
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    told = {"stated": finite(evidence.stated), "computed": finite(evidence.computed)}
    return {**told, "unit": evidence.unit, "working": evidence.working}


def _related(number: int, label: Label, sources: Mapping[str, Source], root: str) -> dict[str, Any]:
    place = {"id": number, "physicalLocation": _place(label.span, sources, root)}
    return {**place, "message": {"text": label.text}} if label.text else place


def _fix(fix: Fix, sources: Mapping[str, Source], root: str) -> dict[str, Any]:
    """The edits of a fix, those of one file together."""
    changes = [
        {
            "artifactLocation": _artefact(name, root),
            "replacements": [
                {"deletedRegion": _region(each.span, sources), "insertedContent": {"text": each.text}}
                for each in fix.edits
                if each.span.source == name
            ],
        }
        for name in dict.fromkeys(each.span.source for each in fix.edits)
    ]
    return {"description": {"text": fix.title}, "artifactChanges": changes}


def _place(span: Span, sources: Mapping[str, Source], root: str) -> dict[str, Any]:
    return {"artifactLocation": _artefact(span.source, root), "region": _region(span, sources)}


def _region(span: Span, sources: Mapping[str, Source]) -> dict[str, int]:
    place = place_json(span, sources)
    names = {"startLine": "line", "startColumn": "column", "endLine": "end_line", "endColumn": "end_column"}
    return {name: place[key] for name, key in names.items()}


def _artefact(path: str, root: str) -> dict[str, str]:
    """Where a file is, as a URI: relative wherever it can be."""
    from urllib.parse import quote

    plain = path.replace("\\", "/")
    below = f"{root.replace(chr(92), '/').rstrip('/')}/"
    if root and plain.startswith(below):
        plain = plain[len(below) :]
    if plain.startswith("/"):
        return {"uri": f"file://{quote(plain)}"}
    if re.match(r"[A-Za-z]:/", plain):
        return {"uri": f"file:///{quote(plain, safe='/:')}"}
    return {"uri": quote(plain), "uriBaseId": "%SRCROOT%"}
