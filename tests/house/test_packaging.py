"""The wheel is whole: it reads its grammars and lints a plan without the checkout beside it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("hatchling")

ROOT = Path(__file__).parents[2]
PLAN = "- **Tensor Parallelism**: 2-way\n- **Pipeline Parallelism**: 4-way\n- **Total GPUs**: 12\n"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds what the wheel holds."""
    from hatchling.builders.wheel import WheelBuilder

    folder = tmp_path_factory.mktemp("wheel")
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(site: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """stratc from that folder, in a directory without a checkout."""
    return subprocess.run(
        [sys.executable, "-m", "stratc", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        cwd=site.parent,
        env={**os.environ, "PYTHONPATH": str(site), "NO_COLOR": "1"},
        timeout=120,
        check=False,
    )


def test_the_wheel_holds_grammars_and_schemas(installed: Path) -> None:
    assert (installed / "stratc" / "grammar" / "strat.lark").is_file()
    assert (installed / "stratc" / "schemas" / "plan.schema.json").is_file()
    assert (installed / "stratc" / "py.typed").is_file()


def test_the_wheel_lints_a_markdown_plan(installed: Path) -> None:
    done = run(installed, "lint", "-", "--fail-on", "warning", "--stdin-filename", "plan.md", stdin=PLAN)
    assert done.returncode == 1, done.stderr
    assert "DV101" in done.stdout


def test_the_wheel_formats_a_strategy(installed: Path) -> None:
    done = run(installed, "format", "-", stdin="strategy { tp=2 }\n")
    assert done.returncode == 0, done.stderr
    assert "tp = 2" in done.stdout
