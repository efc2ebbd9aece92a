"""Reads literate rule tests: headings are cases, fences of four backticks are documents and reports."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.util import find_spec

from stratc.diagnostics.diagnostic import Diagnostic
from stratc.pipeline import check
from stratc.text.source import Source

FENCE = re.compile(r"^(`{3,})(\w*)[ \t]*\n(.*?)^\1[ \t]*$\n?", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
CODES = r"[A-Z]{2}\d{3}(?:[ ,]+[A-Z]{2}\d{3})*"
MARKS = {"plan": re.compile(rf"[ \t]*<!-- ({CODES}) -->"), "strat": re.compile(rf"[ \t]*# ({CODES})(?=[ \t]*$)", re.M)}
MARKS["sh"] = MARKS["yaml"] = MARKS["toml"] = MARKS["strat"]
MARKS["json"] = re.compile(rf"[ \t]*// ({CODES})(?=[ \t]*$)", re.M)
UNDERSTOOD = all(map(find_spec, ("stratc.frontends.markdown.read", "stratc.passes.passes")))
"""Whether there is a way from text to plan yet."""
SUFFIX = {"plan": ".md", "strat": ".strat", "sh": ".sh", "json": ".json", "yaml": ".yaml", "toml": ".toml"}


@dataclass(frozen=True)
class Example:
    """One document of a case: its text without marks, and the codes expected on its lines."""

    title: str
    kind: str
    text: str
    expected: frozenset[tuple[int, str]]
    report: str | None
    report_at: tuple[int, int]  # where the text of the report stands in the file

    @property
    def source(self) -> Source:
        """The document as the program gets it."""
        return Source(f"plan{SUFFIX[self.kind]}", self.text)


def examples(text: str, title: str = "") -> list[Example]:
    """The documents of a text in their order; a `report` fence belongs to the document before it."""
    found: list[Example] = []
    titles = [(match.start(), match[1]) for match in HEADING.finditer(without_fences(text))]
    for match in FENCE.finditer(text):
        if match[2] in MARKS:
            heading = next((name for at, name in reversed(titles) if at < match.start()), title)
            found.append(_example(heading, match[2], match[3]))
        elif match[2] == "report" and found:
            last = found[-1]
            found[-1] = Example(last.title, last.kind, last.text, last.expected, match[3], match.span(3))
    return found


def without_fences(text: str) -> str:
    """The text with its fences made blank, so that headings inside documents are no titles."""
    return FENCE.sub(lambda match: "\n" * match[0].count("\n") + " " * (len(match[0]) - match[0].count("\n")), text)


def _example(title: str, kind: str, body: str) -> Example:
    expected = {
        (number, code)
        for number, line in enumerate(body.split("\n"), 1)
        for match in MARKS[kind].finditer(line)
        for code in re.split(r"[ ,]+", match[1])
    }
    return Example(title, kind, MARKS[kind].sub("", body), frozenset(expected), None, (0, 0))


def findings(example: Example, family: str) -> list[Diagnostic]:
    """What the program says of a document, as far as the family of rules is concerned."""
    report = check(example.source)
    return [each for each in report.diagnostics if each.rule.code.startswith(family)]


def assert_invariants(example: Example) -> None:
    """Spans lie in the source, findings are in order and said once, and line ends change nothing."""
    report, other = check(example.source), check(Source(example.source.name, example.text.replace("\n", "\r\n")))
    labels = [label for each in report.diagnostics for label in (each.primary, *each.secondary)]
    assert all(0 <= label.span.start <= label.span.end <= len(example.text) for label in labels)
    assert list(report.diagnostics) == sorted(set(report.diagnostics), key=lambda each: each.sort_key)
    said = [(each.rule.code, each.primary.span, each.message) for each in report.diagnostics]
    assert len(said) == len(set(said)), "a rule says the same of a place twice"
    assert [each.message for each in report.diagnostics] == [each.message for each in other.diagnostics]


def places(example: Example, found: list[Diagnostic]) -> set[tuple[int, str]]:
    """Line and code of each finding."""
    return {(example.source.position(each.primary.span.start)[0], each.rule.code) for each in found}


def concise(example: Example, found: list[Diagnostic]) -> str:
    """One line a finding, as report fences pin them."""
    lines = []
    for each in found:
        line, column = example.source.position(each.primary.span.start)
        lines.append(f"{line}:{column} {each.severity.value} {each.certainty.value} {each.rule.code}: {each.message}\n")
    return "".join(lines)
