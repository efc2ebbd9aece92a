"""The human form: a headline with the numbers, the lines concerned, the working, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from stratc.arith.unit import (
    BYTE,
    BYTE_RATE,
    FLOP,
    FLOP_RATE,
    PARAMETER,
    SECOND,
    TOKEN_RATE,
    Dimension,
    show,
    unit_named,
)
from stratc.diagnostics.diagnostic import Certainty, Diagnostic, Evidence, Label, Severity
from stratc.diagnostics.report import Report
from stratc.reporters.frame import Line, draw, lines_of, shown_lines
from stratc.reporters.style import Style
from stratc.text.source import Source

DIMENSIONS = {str(each): each for each in (BYTE, PARAMETER, FLOP, SECOND, BYTE_RATE, FLOP_RATE, TOKEN_RATE)}
SIGNS = (" + ", " - ", " × ", " ÷ ", "max(", "min(")  # a working without one is a bare figure
FEW = 12  # line numbers that a note lists


def render(reports: Sequence[Report], *, colour: bool = False, passed_over: int = 0, silences: bool = False) -> str:
    """All reports of a run; `passed_over` counts files that were no plans."""
    blocks = [block for report in reports for block in _blocks(report, colour)]
    blocks += ["".join(_summaries(reports, passed_over, Style(colour)))]
    if silences:
        blocks += ["".join(_silences(report)) for report in reports if report.silences]
    return "\n".join(blocks)


def _blocks(report: Report, colour: bool) -> Iterator[str]:
    sources = {source.name: source for source in report.sources}
    for same in _merged(report.diagnostics):
        yield "".join(f"{line}\n" for line in _block(same, sources, colour))


def _merged(diagnostics: Iterable[Diagnostic]) -> list[list[Diagnostic]]:
    """Findings that say the same of several places, together under the first of them."""
    groups: dict[tuple[str, str], list[Diagnostic]] = {}
    for each in diagnostics:
        groups.setdefault((each.rule.code, each.message), []).append(each)
    return list(groups.values())


def _block(same: list[Diagnostic], sources: dict[str, Source], colour: bool) -> Iterator[str]:
    found = same[0]
    style = Style(colour, found.severity)
    yield _headline(found, style)
    lines, named = shown_lines(lines_of(found.primary, found.secondary, sources))
    gutter = max(len(str(line.number)) for line in lines)
    yield from _frame(found.primary, lines, sources, gutter, style)
    trailers = list(_trailers(found, named, _lines(same[1:], sources)))
    if trailers:
        yield style.edge(f"{'':>{gutter}} |")
    yield from (f"{style.edge(f'{chr(32) * gutter} =')} {trailer}" for trailer in trailers)


def _headline(found: Diagnostic, style: Style) -> str:
    sure = "" if found.certainty is Certainty.DEFINITE else f" ({found.certainty.value})"
    head = style.headline(f"{found.severity.value}[{found.rule.code}]")
    return f"{head} {style.bold(f'{found.rule.name}{sure}: {found.message}')}"


def _frame(
    primary: Label, lines: Sequence[Line], sources: dict[str, Source], gutter: int, style: Style
) -> Iterator[str]:
    line, column = sources[primary.span.source].position(primary.span.start)
    yield f"{style.edge(' ' * gutter + '-->')} {primary.span.source}:{line}:{column}"
    yield style.edge(f"{'':>{gutter}} |")
    yield from draw(lines[0], gutter, style)
    for before, each in pairwise(lines):
        if before.source != each.source:
            yield f"{style.edge(' ' * gutter + ':::')} {each.source.name}:{each.number}"
        elif each.number > before.number + 1:
            yield style.edge(f"{'...':>{gutter}}")
        yield from draw(each, gutter, style)


def _lines(others: Iterable[Diagnostic], sources: dict[str, Source]) -> list[Line]:
    return [line for each in others for line in lines_of(each.primary, (), sources)]


def _trailers(found: Diagnostic, named: Sequence[Line], same: Sequence[Line]) -> Iterator[str]:
    working = _working(found)
    if working:
        yield f"note: {working}"
    if named:
        yield f"note: see also {_numbers(named)}"
    if same:
        yield f"note: the same on {_numbers(same)}"
    if found.help:
        yield f"help: {found.help}"
    elif found.fix:
        yield f"help: {found.fix.title}"


def _numbers(lines: Iterable[Line]) -> str:
    numbers = list(dict.fromkeys(line.number for line in lines))
    rest = f" and {len(numbers) - FEW} more" if len(numbers) > FEW else ""
    return f"line{'s' * (len(numbers) > 1)} {', '.join(map(str, numbers[:FEW]))}{rest}"


def _working(found: Diagnostic) -> str:
    """How the computed figure came about, unless the message has said it."""
    evidence = found.evidence
    if evidence is None or evidence.working in found.message or not any(sign in evidence.working for sign in SIGNS):
        return ""
    return f"{evidence.working} = {_figure(evidence)}"


def _figure(evidence: Evidence) -> str:
    if not isinstance(evidence.computed, (int, float)):
        return str(evidence.computed)
    unit = DIMENSIONS.get(evidence.unit) or unit_named(evidence.unit)
    if unit is None:
        return f"{show(evidence.computed)} {evidence.unit}".rstrip()
    return show(evidence.computed, unit if isinstance(unit, Dimension) or unit.scale != 1.0 else unit.dimension)


def _summaries(reports: Sequence[Report], passed_over: int, style: Style) -> Iterator[str]:
    for report in reports:
        yield f"{report.source.name}: {_counts([report], style)}{_aside(report)}\n"
    if len(reports) > 1 or passed_over:
        files = f"{len(reports)} file{'s' * (len(reports) != 1)}"
        passed = f"; {passed_over} other{'s' * (passed_over != 1)} passed over" if passed_over else ""
        yield f"{files}: {_counts(reports, style)}{passed}\n"
    codes = [each.rule.code for report in reports for each in report.diagnostics]
    if codes:
        yield f"`stratc explain {codes[0]}` says more about a rule\n"


def _counts(reports: Iterable[Report], style: Style) -> str:
    found = [each.severity for report in reports for each in report.diagnostics]
    words = {
        Severity.ERROR: ("error", "errors"),
        Severity.WARNING: ("warning", "warnings"),
        Severity.INFO: ("info", "infos"),
    }
    parts = []
    for severity, (one, many) in words.items():
        count = found.count(severity)
        if count:
            parts.append(Style(style.colour, severity).headline(f"{count} {one if count == 1 else many}"))
    return ", ".join(parts) or style.good("nothing found")


def _aside(report: Report) -> str:
    aside = [f"{report.suppressed} suppressed"] if report.suppressed else []
    aside += [f"{report.accepted} in the baseline"] if report.accepted else []
    aside += [f"{report.assumed} fact{'s' * (report.assumed != 1)} assumed"] if report.assumed else []
    read = f"; {report.read} of {report.quantities} figures understood" if report.quantities else ""
    return (f" ({', '.join(aside)})" if aside else "") + read


def _silences(report: Report) -> Iterator[str]:
    """Rules that had nothing to go by, under the fact that each of them misses."""
    missing: dict[str, list[str]] = {}
    for silence in report.silences:
        missing.setdefault(silence.key, []).append(silence.rule)
    yield f"{report.source.name}: rules that stay silent because the plan does not say\n"
    for key, rules in sorted(missing.items()):
        yield f"  {key}: {', '.join(dict.fromkeys(rules))}\n"
