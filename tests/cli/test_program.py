"""What the program promises whatever the command: one line for a user's mistake, quiet pipes, few imports."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from stratc.cli.main import FAULT, UNUSABLE, status

ROOT = Path(__file__).parents[2]
PLAN = ROOT / "examples" / "llama-3-70b-training" / "plan.md"
FORBIDDEN = {"pydantic", "jsonschema", "numpy", "graphviz", "rich", "hypothesis", "difflib", "importlib.metadata"}
PROGRAM = [sys.executable, "-m", "stratc"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A whole run of the program."""
    return subprocess.run([*PROGRAM, *arguments], capture_output=True, text=True, cwd=ROOT, check=False)


@pytest.mark.parametrize(
    "arguments",
    [("lint", "--fromat", "json"), ("lint", "--format", "yaml", str(PLAN)), ("compile", str(PLAN)), ("explain",)],
    ids=" ".join,
)
def test_wrong_usage_is_one_line(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == UNUSABLE
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("stratc: ")


def test_lint_of_markdown_imports_nothing_heavy() -> None:
    code = "import sys; from stratc.cli.main import program\n"
    code += f"program.main(['lint', {str(PLAN)!r}], standalone_mode=False)\n"
    code += f"print(sorted({FORBIDDEN!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_importing_the_package_imports_no_rule_and_no_frontend() -> None:
    code = "import sys, stratc; print([name for name in sys.modules if name.startswith('stratc.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    loaded = [name for name in ("stratc.rules", "stratc.frontends", "stratc.backends") if f"'{name}." in done.stdout]
    assert not loaded


def test_a_closed_pipe_is_quiet() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*PROGRAM, "rules", "--format", "json"], stdout=writing, stderr=subprocess.PIPE, cwd=ROOT, check=False
    )
    os.close(writing)
    assert done.stderr == b""


def fail() -> None:
    """A fault."""
    raise KeyError("nothing")


def test_a_fault_of_the_program_is_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STRATC_DEBUG", raising=False)
    assert status(fail) == FAULT
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "KeyError" in told
    monkeypatch.setenv("STRATC_DEBUG", "1")
    assert status(fail) == FAULT
    assert "Traceback" in capsys.readouterr().err
