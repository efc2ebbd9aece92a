"""The forms of a report, pinned: wide characters, tabs, long lines, several marks, many places, two files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from stratc.codec.schema import report_schema
from stratc.diagnostics.diagnostic import Category, Certainty, Diagnostic, Evidence, Label, RuleId, Severity
from stratc.diagnostics.fix import Applicability, Edit, Fix
from stratc.diagnostics.report import Report, Silence
from stratc.reporters import concise, text
from stratc.reporters import json as machine
from stratc.text.source import Source
from stratc.text.span import Span

HERE = Path(__file__).parent
PLAN = Source(
    "plan.md",
    "# Plan ✅ for 并行\r\n"
    "- **EP**: 64-way ✅, **TP**: 2-way\r\n"
    "\t- **PP**:\t4 stages\r\n"
    "- 并行度 tp 4 — cafe\u0301 \x1b[31m 8\r\n"
     "- long " + "word " * 60 + "128 GPUs " + "tail " * 40 + "\r\n"
    + "".join(f"- stage {n} has 7 layers\r\n" for n in range(14))
    + "- **Total**: 128",
)  # fmt: skip
OTHER = Source("shared/base.strat", "hardware {\n  device_count = 128\n}\n")
SOURCES = {source.name: source for source in (PLAN, OTHER)}


def span(words: str, nth: int = 0, source: Source = PLAN) -> Span:
    """The n-th place of some words."""
    at = -1
    for _ in range(nth + 1):
        at = source.text.index(words, at + 1)
    return Span(source.name, at, at + len(words))


def found(code: str, message: str, primary: Label, *secondary: Label, **more: object) -> Diagnostic:
    """A finding with the usual rest."""
    settings: dict[str, object] = {"severity": Severity.ERROR, "certainty": Certainty.DEFINITE, **more}
    rule = RuleId(code, "some-rule")
    return Diagnostic(rule, Category.GPU_COUNT, message=message, primary=primary, secondary=secondary, **settings)  # type: ignore[arg-type]  # given by name


REPORT = Report(
    (PLAN, OTHER),
    (
        found(
            "DV101",
            "128 devices stated, but the degrees multiply to 512",
            Label(span("128", 1), "stated here"),
            Label(span("64-way"), "64 ep"),
            Label(span("2-way"), "2 tp"),
            Label(span("4", 1), "4 pp"),
            Label(span("128", 0, OTHER), "and here"),
            evidence=Evidence(128, 512, "devices", "64 ep × 2 tp × 4 pp"),
            help="correct the total",
        ),
        found(
            "DV102",
            "a wide one",
            Label(span("行度"), "wide"),
            Label(span("8", 0), "after marks"),
            severity=Severity.INFO,
        ),
        found("ME101", "a long one", Label(span("128"), "far to the right"), certainty=Certainty.LIKELY),
        *(found("BA101", "7 layers of 16", Label(span("7 layers", n)), severity=Severity.WARNING) for n in range(14)),
        found("BA102", "many", Label(span("stage 0")), *(Label(span(f"stage {n} "), f"n{n}") for n in range(1, 14))),
        found(
            "IN103",
            "a fix",
            Label(span("PP"), "not known"),
            fix=Fix("write `pp`", (Edit(span("PP"), "pp"),), Applicability.SAFE),
            evidence=Evidence(None, float("inf"), "GB", ""),
        ),
    ),
    quantities=20,
    read=18,
    suppressed=1,
    assumed=2,
    silences=(Silence("PA101", "model.layers"), Silence("PA102", "model.layers")),
)


def test_text(golden: Callable[[Path, str], None]) -> None:
    golden(HERE / "report.txt", text.render([REPORT], passed_over=1, silences=True))


def test_colour_only_adds_colour() -> None:
    import re

    painted = text.render([REPORT], colour=True)
    assert painted != text.render([REPORT])
    assert re.sub(r"\x1b\[[\d;]*m", "", painted) == text.render([REPORT])


def test_concise(golden: Callable[[Path, str], None]) -> None:
    golden(HERE / "report.concise.txt", concise.render([REPORT]))


def test_json(golden: Callable[[Path, str], None]) -> None:
    told = machine.render([REPORT], silences=True)
    Draft202012Validator(report_schema()).validate(json.loads(told))
    golden(HERE / "report.json", told)


@given(st.text(max_size=60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_any_line_can_be_shown(line: str, start: int, end: int, other: int) -> None:
    source = Source("plan.md", line)
    size = len(line)
    begin, finish = sorted((min(start, size), min(end, size)))
    label = Label(Span("plan.md", begin, finish), "here")
    again = Label(Span("plan.md", min(other, size), size), "there")
    shown = text.render([Report((source,), (found("AR101", "m", label, again),))])
    assert "here" in shown
    assert not any(ord(char) < 32 and char != "\n" for char in shown)
