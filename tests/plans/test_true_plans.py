"""Plans in many styles: nobody is warned of one that is true throughout, and a slip in it is found."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from stratc.diagnostics.diagnostic import Severity
from stratc.pipeline import check
from stratc.text.source import Source

HERE = Path(__file__).parent
LEAST = 0.4  # share of the figures that are understood, without which silence would say little
SLIPS: list[dict[str, Any]] = tomllib.loads((HERE / "slips.toml").read_text(encoding="utf-8"))["slip"]


@pytest.mark.parametrize("path", sorted(HERE.glob("*.md")), ids=lambda path: path.stem)
def test_a_true_plan_is_left_in_peace(path: Path) -> None:
    report = check(Source(path.name, path.read_text(encoding="utf-8")))
    assert not [each for each in report.diagnostics if each.severity is not Severity.INFO]
    assert report.read >= LEAST * report.quantities


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: f"{slip['plan']}: {slip['slip']}")
def test_a_slip_is_found(slip: dict[str, Any]) -> None:
    text = (HERE / f"{slip['plan']}.md").read_text(encoding="utf-8")
    assert slip["said"] in text
    slipped = Source("plan.md", text.replace(slip["said"], slip["slip"], 1))
    assert set(slip["found"]) <= {each.rule.code for each in check(slipped).diagnostics}
