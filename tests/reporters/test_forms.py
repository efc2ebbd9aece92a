"""The forms that other programs read: pinned, valid by their own rules, and whole whatever a plan holds."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from stratc.diagnostics.description import Description
from stratc.diagnostics.diagnostic import Category, Certainty, Label, RuleId, Severity
from stratc.diagnostics.fix import Applicability, Edit, Fix
from stratc.diagnostics.report import Report
from stratc.pages import descriptions
from stratc.pipeline import check
from stratc.reporters import github, junit, markdown, sarif
from stratc.text.source import Source
from stratc.text.span import Span
from tests.reporters.test_reports import REPORT, found

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SARIF = Draft7Validator(json.loads((HERE / "sarif-2.1.0.schema.json").read_text(encoding="utf-8")))
"""The schema that OASIS publishes with SARIF 2.1.0."""
PAGE = "A total and degrees that do not fit.\n\n## What it finds\nSuch plans.\n"
RULES = tuple(
    Description(RuleId(code, "some-rule"), Category.GPU_COUNT, Severity.ERROR, Certainty.LIKELY, "A total.", PAGE)
    for code in ("BA101", "DV101", "DV102")
)
EMPTY = Report((Source("docs/clean plan.md", "TP = 2\n"),), ())


def test_sarif(golden: Callable[[Path, str], None]) -> None:
    told = sarif.render([REPORT, EMPTY], RULES)
    SARIF.validate(json.loads(told))
    golden(HERE / "report.sarif", told)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "examples").glob("*/plan.*")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_sarif_of_the_examples_is_valid(path: Path) -> None:
    if path.suffix in (".md", ".strat"):
        report = check(Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")))
        told = sarif.sarif_json([report], descriptions())
        SARIF.validate(told)
        rules = told["runs"][0]["tool"]["driver"]["rules"]
        assert {each["ruleId"] for each in told["runs"][0]["results"]} == {each["id"] for each in rules}


def run_of(report: Report, root: str = "") -> Any:
    """The one run of a SARIF document."""
    return sarif.sarif_json([report], RULES, root)["runs"][0]


def test_sarif_paths_are_relative_below_the_root_and_uris_outside() -> None:
    paths = {
        "/home/me/a plan.md": "a%20plan.md",
        "/tmp/plan.md": "file:///tmp/plan.md",
        "C:\\x\\p.md": "file:///C:/x/p.md",
    }
    for path, uri in paths.items():
        report = Report((Source(path, "TP"),), (found("DV101", "m", Label(Span(path, 0, 2))),))
        place = run_of(report, "/home/me")["results"][0]["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == uri


def test_sarif_fingerprints_do_not_move_with_the_lines_and_tell_findings_apart() -> None:
    text = "TP = 2\nTP = 3\n"
    marks = []
    for source in (Source("p.md", text), Source("p.md", f"\n\n# Title\n{text}")):
        first, second = source.text.index("2"), source.text.index("3")
        one = found("DV101", "m", Label(Span("p.md", first, first + 1)), fact="strategy.tp")
        other = replace(one, primary=Label(Span("p.md", second, second + 1)))
        results = run_of(Report((source,), (one, other)))["results"]
        marks.append([each["partialFingerprints"][sarif.FINGERPRINT] for each in results])
    assert marks[0] == marks[1]
    assert len(set(marks[0])) == 2


def test_sarif_shows_fixes_as_replacements() -> None:
    fix = Fix("write 4", (Edit(Span("p.md", 5, 6), "4"),), Applicability.UNSAFE)
    report = Report((Source("p.md", "TP = 2"),), (found("DV101", "m", Label(Span("p.md", 5, 6)), fix=fix),))
    (change,) = run_of(report)["results"][0]["fixes"][0]["artifactChanges"]
    (replacement,) = change["replacements"]
    assert replacement["insertedContent"] == {"text": "4"}
    assert replacement["deletedRegion"] == {"startLine": 1, "startColumn": 6, "endLine": 1, "endColumn": 7}


def test_github(golden: Callable[[Path, str], None]) -> None:
    golden(HERE / "report.github.txt", github.render([REPORT, EMPTY]))


def test_junit(golden: Callable[[Path, str], None]) -> None:
    told = junit.render([REPORT, EMPTY], Severity.WARNING)
    root = ElementTree.fromstring(told)
    assert int(root.get("failures", "")) == len(root.findall(".//failure"))
    assert int(root.get("tests", "")) == len(root.findall(".//testcase"))
    golden(HERE / "report.junit.xml", told)


def test_markdown(golden: Callable[[Path, str], None]) -> None:
    golden(HERE / "report.summary.md", markdown.render([REPORT, EMPTY]))


@pytest.mark.parametrize("word", ["a|b", "<b>", "*x*", "`c`", "[l](u)"])
def test_markdown_shows_signs_as_they_are(word: str) -> None:
    MarkdownIt = pytest.importorskip("markdown_it").MarkdownIt

    report = Report((Source("p.md", "TP"),), (found("DV101", f"see {word} here", Label(Span("p.md", 0, 2))),))
    page = MarkdownIt("commonmark").enable("table").render(markdown.render([report]))
    shown = ElementTree.fromstring(f"<p>{page.replace('<br>', '<br/>')}</p>")
    assert f"see {word} here" in "".join(shown.itertext())


@given(st.text(max_size=60), st.integers(0, 60), st.text(max_size=20))
def test_any_text_makes_whole_documents(text: str, start: int, message: str) -> None:
    begin = min(start, len(text))
    report = Report(
        (Source("plan.md", text),), (found("DV101", message or "m", Label(Span("plan.md", begin, len(text)))),)
    )
    SARIF.validate(json.loads(sarif.render([report], RULES)))
    ElementTree.fromstring(junit.render([report], Severity.ERROR).encode("utf-8"))
    assert github.render([report]).count("\n") == 1
    assert len(markdown.render([report]).splitlines()) == 6
