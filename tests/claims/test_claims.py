"""Literate tests of claims and concepts: a heading is a case, a fence of plan, a fence of what is claimed in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stratc.frontends.frontend import no_files
from stratc.frontends.markdown.read import FRONTEND
from stratc.ir.claim import METRICS
from stratc.ir.scope import Role
from stratc.ir.statement import Per, Statement
from stratc.text.source import Source

HERE = Path(__file__).parent
CASE = re.compile(r"^# (?P<name>.+?)\n.*?````plan\n(?P<plan>.*?)````\n+```claims\n(?P<claims>.*?)```", re.S | re.M)
CASES = [
    pytest.param(path, match, id=f"{path.stem}: {match['name']}")
    for path in sorted(HERE.glob("*.md"))
    for match in CASE.finditer(path.read_text(encoding="utf-8"))
]


def test_there_are_cases() -> None:
    assert CASES


@pytest.mark.parametrize(("path", "case"), CASES)
def test_claims(path: Path, case: re.Match[str], request: pytest.FixtureRequest) -> None:
    source = Source("plan.md", case["plan"])
    said = FRONTEND.read(source, no_files).statements
    shown = "".join(f"{line}\n" for each in said for line in lines(source, each))
    if request.config.getoption("--update") and shown != case["claims"]:
        text = path.read_text(encoding="utf-8")
        renewed = case[0].replace(f"```claims\n{case['claims']}```", f"```claims\n{shown}```")
        path.write_text(text.replace(case[0], renewed), encoding="utf-8")
    assert shown == case["claims"]


def lines(source: Source, said: Statement) -> list[str]:
    """`line: metric figure` and what else is known of it; concepts by name; nothing for facts."""
    number = source.position(said.span.start)[0]
    written = source.text[said.span.start : said.span.end]
    if said.subject.startswith("mention."):
        return [f"{number}: names {said.subject.removeprefix('mention.')} by {written!r}"]
    if said.subject not in METRICS or said.quantity is None:
        return []
    marks = (
        f"a {said.per.value}" if said.per not in (Per.UNSAID, Per.TOTAL) else said.per.value,
        f"no. {said.index}" if said.index is not None else "",
        f"by {said.cause}" if said.cause else "",
        f"against {said.baseline}" if said.baseline else "",
        f"goal {said.goal.relation.value} {said.goal.quantity.show()}" if said.goal else "",
        "ticked" if said.goal and said.goal.ticked else "",
        said.scope.role.value if said.scope.role is not Role.PLAN else "",
        f"from {said.working}" if said.working else "",
    )
    figure = f"{said.relation.value} {said.quantity.show()}"
    return [", ".join((f"{number}: {said.subject} {figure} {written!r}", *filter(None, marks)))]
