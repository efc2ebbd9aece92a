"""Short plans that are right, and what one wrong fragment in each of them is found by.

A record of a `.txt` file is a name behind "=== ", a plan, and lines behind "--- ": `was` is a fragment of the plan,
`now` one that makes it wrong, `why` the figure that is right.  `heard` are the rules that say so, where one does, and
`blamed` those that speak of the plan as it was; `pytest tests/mistakes --update` writes both anew.  What is not heard
yet stands there all the same: it says what to build next.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from stratc.diagnostics.diagnostic import Certainty, Severity
from stratc.pipeline import check
from stratc.text.source import Source

FILES = sorted(Path(__file__).parent.glob("*.txt"))
FIELDS = ("was", "now", "why", "heard", "blamed")


class Mistake(NamedTuple):
    """A plan and a mistake in it."""

    name: str
    plan: str
    was: str
    now: str
    why: str
    heard: str = ""
    blamed: str = ""

    @property
    def wrong(self) -> str:
        """The plan with the mistake."""
        return self.plan.replace(self.was, self.now)

    def told(self) -> Mistake:
        """The same with what is said of it today."""
        before, after = findings(self.plan), findings(self.wrong)
        return self._replace(heard=codes(after - before), blamed=codes(before))

    def written(self) -> str:
        """The record as it stands in a file."""
        fields = (f"--- {field}: {value}" for field in FIELDS if (value := getattr(self, field)))
        return "\n".join((f"=== {self.name}", self.plan, *fields))


def mistakes(path: Path) -> Iterator[Mistake]:
    """The records of a file."""
    for record in re.split(r"(?m)^=== ", path.read_text(encoding="utf-8"))[1:]:
        head, *fields = re.split(r"(?m)^--- (?=(?:was|now|why|heard|blamed): )", record.rstrip("\n"))
        name, _, plan = head.rstrip("\n").partition("\n")
        yield Mistake(
            name, plan, **{key: value.rstrip("\n") for key, _, value in (each.partition(": ") for each in fields)}
        )


def findings(plan: str) -> set[tuple[str, str]]:
    """Codes and messages of what a plan is blamed for, remarks and judgements left out."""
    found = check(Source("plan.md", f"{plan}\n")).diagnostics
    sure = (each for each in found if each.severity is not Severity.INFO and each.certainty is not Certainty.JUDGEMENT)
    return {(each.rule.code, each.message) for each in sure}


def codes(found: set[tuple[str, str]]) -> str:
    """The codes of findings as a record lists them."""
    return ", ".join(sorted({code for code, _ in found}))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_plans_are_blamed_for_nothing_new(path: Path, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update"):
        path.write_text("\n\n".join(each.told().written() for each in mistakes(path)) + "\n", encoding="utf-8")
    assert {each.name: each.blamed for each in mistakes(path)} == {
        each.name: codes(findings(each.plan)) for each in mistakes(path)
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_mistakes_are_heard(path: Path) -> None:
    known = [each for each in mistakes(path) if each.heard]
    assert known
    lost = [each.name for each in known if not set(each.told().heard.split(", ")) & set(each.heard.split(", "))]
    assert lost == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_fragments_stand_once(path: Path) -> None:
    assert [each.name for each in mistakes(path) if each.plan.count(each.was) != 1 or not each.why] == []
