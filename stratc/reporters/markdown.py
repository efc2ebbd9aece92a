"""Markdown, for the summary of a build or a comment on a change."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from stratc.diagnostics.diagnostic import Certainty, Diagnostic, Severity
from stratc.diagnostics.report import Report
from stratc.text.source import Source
from stratc.text.width import printable

_SIGNS = re.compile(r"([\\`*_{}\[\]<>|~#])")


def render(reports: Sequence[Report]) -> str:
    """A heading and a table for every file with findings, and a list of the clean ones."""
    lines = [line for report in reports if report.diagnostics for line in _file(report)]
    clean = [report.source.name for report in reports if not report.diagnostics]
    if clean:
        lines += [f"Nothing found in {', '.join(map(_code, clean))}."]
    return "".join(f"{line}\n" for line in lines)


def _file(report: Report) -> Iterator[str]:
    sources = {source.name: source for source in report.sources}
    yield f"### {_code(report.source.name)}: {_counts(report.diagnostics)}"
    yield ""
    yield "| line | severity | rule | finding |"
    yield "|---:|---|---|---|"
    yield from (_row(each, report.source, sources) for each in report.diagnostics)
    yield ""


def _row(found: Diagnostic, checked: Source, sources: dict[str, Source]) -> str:
    span = found.primary.span
    line, _ = sources[span.source].position(span.start)
    place = f"{line}" if span.source == checked.name else f"{_code(span.source)} {line}"
    sure = "" if found.certainty is Certainty.DEFINITE else f", {found.certainty.value}"
    told = _text(found.message) + (f"<br>**help:** {_text(found.help)}" if found.help else "")
    return f"| {place} | {found.severity.value}{sure} | {found.rule.code} {found.rule.name} | {told} |"


def _counts(diagnostics: Sequence[Diagnostic]) -> str:
    counts = [(sum(each.severity is severity for each in diagnostics), severity) for severity in reversed(Severity)]
    return ", ".join(f"{n} {each.value}{'s' * (n != 1)}" for n, each in counts if n)


def _text(text: str) -> str:
    """Words as they are: nothing in them is markup, and they stay in their cell."""
    return _SIGNS.sub(r"\\\1", printable(" ".join(text.split())))


def _code(text: str) -> str:
    """Words between backticks, more of them than the words themselves hold in a row."""
    shown = printable(" ".join(text.split())).replace("|", "\\|")
    fence = "`" * (max(map(len, re.findall("`+", shown)), default=0) + 1)
    return f"{fence}{shown}{fence}" if fence == "`" else f"{fence} {shown} {fence}"
