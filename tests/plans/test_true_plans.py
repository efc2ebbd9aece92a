"""Plans in many styles that are true throughout: nobody is to be warned."""

from pathlib import Path

import pytest

from stratc.diagnostics.diagnostic import Severity
from stratc.pipeline import check
from stratc.text.source import Source

HERE = Path(__file__).parent
LEAST = 0.4  # share of the figures that are understood, without which silence would say little


@pytest.mark.parametrize("path", sorted(HERE.glob("*.md")), ids=lambda path: path.stem)
def test_a_true_plan_is_left_in_peace(path: Path) -> None:
    report = check(Source(path.name, path.read_text(encoding="utf-8")))
    assert not [each for each in report.diagnostics if each.severity is not Severity.INFO]
    assert report.read >= LEAST * report.quantities
