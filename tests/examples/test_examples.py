"""The examples are what the program says: reports, and what each target makes of every strategy.

`pytest --update` writes the files; the diff is the review.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from stratc.backends.registry import TARGETS
from stratc.cli.main import program

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
PLANS = sorted(EXAMPLES.glob("*/plan.md"))
STRATEGIES = sorted(EXAMPLES.glob("*/*.strat"))


def name(path: Path) -> str:
    """A plan as users name it from the checkout."""
    return path.relative_to(ROOT).as_posix()


def stratc(*arguments: str) -> str:
    """What the command prints on both streams."""
    return CliRunner().invoke(program, list(arguments), prog_name="stratc", catch_exceptions=False).output


@pytest.fixture(autouse=True)
def in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.mark.parametrize("path", [*PLANS, *STRATEGIES], ids=name)
def test_report(path: Path, golden: Callable[[Path, str], None]) -> None:
    golden(path.with_suffix(path.suffix + ".report.txt"), stratc("lint", name(path)))


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("path", STRATEGIES, ids=name)
def test_emission(path: Path, target: str, tmp_path: Path, golden: Callable[[Path, str], None]) -> None:
    said = stratc("compile", name(path), "--target", target, "-o", str(tmp_path))
    kept = path.with_suffix("") / target
    files = sorted(each for each in tmp_path.rglob("*") if each.suffix not in (".svg", ".png"))
    for file in files:
        golden(kept / file.relative_to(tmp_path), file.read_text(encoding="utf-8"))
    if not files:
        golden(kept / "refused.txt", said)
    stray = {each.name for each in kept.glob("*")} - ({each.name for each in files} or {"refused.txt"})
    assert not stray


def test_the_sound_plan_has_nothing_to_report() -> None:
    done = json.loads(stratc("lint", "--format", "json", name(EXAMPLES / "llama-3-70b-training" / "plan.md")))
    assert [each for each in done["diagnostics"] if each["severity"] != "info"] == []
