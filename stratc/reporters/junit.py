"""JUnit XML, which most build servers show: a suite a file, a case a finding."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from stratc.diagnostics.diagnostic import Diagnostic, Severity
from stratc.diagnostics.report import Report

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 cannot hold


def render(reports: Sequence[Report], fail_on: Severity) -> str:
    """All reports of a run; findings below `fail_on` are cases that pass and say what was found."""
    return "".join(
        f"{line}\n"
        for line in (
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<testsuites name="stratc" {_counts(reports, fail_on)}>',
            *(line for report in reports for line in _suite(report, fail_on)),
            "</testsuites>",
        )
    )


def _counts(reports: Sequence[Report], fail_on: Severity) -> str:
    found = [each for report in reports for each in report.diagnostics]
    cases = sum(max(1, len(report.diagnostics)) for report in reports)
    return f'tests="{cases}" failures="{sum(each.severity >= fail_on for each in found)}" errors="0"'


def _suite(report: Report, fail_on: Severity) -> Iterator[str]:
    name = _attribute(report.source.name)
    yield f"  <testsuite name={name} {_counts([report], fail_on)}>"
    if not report.diagnostics:
        yield f'    <testcase name="nothing found" classname={name} file={name}/>'
    for each in report.diagnostics:
        yield from _case(each, report, fail_on)
    yield "  </testsuite>"


def _case(found: Diagnostic, report: Report, fail_on: Severity) -> Iterator[str]:
    source = next(each for each in report.sources if each.name == found.primary.span.source)
    line, column = source.position(found.primary.span.start)
    path, title = _attribute(source.name), _attribute(f"{found.rule.code} {found.rule.name} at {line}:{column}")
    yield f'    <testcase name={title} classname={path} file={path} line="{line}">'
    told = f"{source.name}:{line}:{column}: {found.message}"
    told += f"\nhelp: {found.help}" if found.help else ""
    if found.severity >= fail_on:
        message = _attribute(found.message)
        yield f'      <failure type="{found.severity.value}" message={message}>{escape(_legal(told))}</failure>'
    else:
        yield f"      <system-out>{escape(_legal(f'{found.severity.value}: {told}'))}</system-out>"
    yield "    </testcase>"


def _attribute(text: str) -> str:
    return quoteattr(_legal(text))


def _legal(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)
