"""Collects literate rule tests.

tests/rules/<family>/<rule-name>.md: a heading is a case; a fence of four backticks tagged `plan` (Markdown), `strat`,
`sh`, `json` or `yaml` is a document; `<!-- CODE -->` (in JSON `// CODE`, elsewhere `# CODE`) at the end of a line
expects that rule on that line, and nothing else of the rule's family anywhere; a following `report` fence pins the
findings (`pytest --update` writes it).
A case whose heading begins with "Silent" leaves out a fact that the rule needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rules.literate import UNDERSTOOD, Example, assert_invariants, concise, examples, findings, places

HERE = Path(__file__).parent


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix == ".md" and file_path.parent.parent == HERE:
        return Literate.from_parent(parent, path=file_path)
    return None


class Literate(pytest.File):
    """A file of cases."""

    def collect(self) -> Iterator[pytest.Item]:
        for number, example in enumerate(examples(self.path.read_text(encoding="utf-8"), self.path.stem), 1):
            yield Document.from_parent(self, name=f"{number} {example.title}", example=example)


class Document(pytest.Item):
    """One document of a case."""

    def __init__(self, *, example: Example, **others: object) -> None:
        super().__init__(**others)  # type: ignore[arg-type]  # pytest passes on what it was given
        self.example = example

    def runtest(self) -> None:
        if not UNDERSTOOD:
            pytest.skip("there is no way from text to plan yet")
        found = findings(self.example, FAMILIES[self.path.parent.name])
        assert places(self.example, found) == self.example.expected, "\n" + concise(self.example, found)
        assert_invariants(self.example)
        if self.example.report is not None:
            self._compare_report(concise(self.example, found))

    def _compare_report(self, text: str) -> None:
        if self.config.getoption("--update") and text != self.example.report:
            whole = self.path.read_text(encoding="utf-8")
            title = self.example.title
            fresh = next(e for e in examples(whole, self.path.stem) if e.title == title and e.text == self.example.text)
            start, end = fresh.report_at
            self.path.write_text(whole[:start] + text + whole[end:], encoding="utf-8")
            return
        assert text == self.example.report

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, f"{self.path.name}: {self.name}"


FAMILIES = {
    "arithmetic": "AR",
    "balance": "BA",
    "communication": "CO",
    "consistency": "CN",
    "devices": "DV",
    "divisibility": "DI",
    "input": "IN",
    "memory": "ME",
    "parameters": "PA",
    "performance": "PE",
    "pipeline": "PI",
    "run": "RN",
    "semantics": "SE",
    "target": "TG",
}
"""Folder of rules: the letters its codes begin with."""
