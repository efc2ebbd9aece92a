"""Commands that GitHub's runners turn into annotations on the lines of a change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stratc.codec.report import place_json
from stratc.diagnostics.diagnostic import Certainty, Diagnostic, Severity
from stratc.diagnostics.report import Report

COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(reports: Iterable[Report]) -> str:
    """One command a finding."""
    return "".join(line for report in reports for line in _lines(report))


def _lines(report: Report) -> Iterator[str]:
    sources = {source.name: source for source in report.sources}
    for each in report.diagnostics:
        place = place_json(each.primary.span, sources)
        told = {"file": place["path"], "line": place["line"], "endLine": place["end_line"]}
        if place["line"] == place["end_line"]:  # columns are allowed within one line only
            told |= {"col": place["column"], "endColumn": place["end_column"]}
        sure = "" if each.certainty is Certainty.DEFINITE else f" ({each.certainty.value})"
        told["title"] = f"{each.rule.code} {each.rule.name}{sure}"
        properties = ",".join(f"{name}={_property(str(value))}" for name, value in told.items())
        yield f"::{COMMANDS[each.severity]} {properties}::{_data(_message(each))}\n"


def _message(found: Diagnostic) -> str:
    return f"{found.message}\nhelp: {found.help}" if found.help else found.message


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
