"""Collects transcripts: tests/cli/*.txt.

A line that begins with "$ " is given to a shell in a scratch folder that holds the examples; what follows is what it
prints, errors included, and "[exit N]" when its status is not 0.  Lines that begin with "//" between two commands say
why.  `pytest --update` writes what is printed now.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix == ".txt" and file_path.parent == HERE:
        return Transcript.from_parent(parent, path=file_path)
    return None


class Transcript(pytest.File):
    """A file of commands."""

    def collect(self) -> Iterator[pytest.Item]:
        yield Session.from_parent(self, name=self.path.stem)


class Session(pytest.Item):
    """All commands of a file, in one folder."""

    def runtest(self) -> None:
        text = self.path.read_text(encoding="utf-8")
        scratch = self.config._tmp_path_factory.mktemp("session")  # type: ignore[attr-defined]  # items have no fixtures
        now = "".join(_played(text, _prepared(scratch), scratch))
        if self.config.getoption("--update") and now != text:
            self.path.write_text(now, encoding="utf-8")
            return
        assert now.splitlines() == text.splitlines()

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, self.path.name


def _prepared(scratch: Path) -> dict[str, str]:
    """The environment of a session: `stratc` is this checkout, nothing of the caller's settings matters."""
    shutil.copytree(ROOT / "examples", scratch / "examples")
    program = scratch / "bin" / "stratc"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m stratc "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    return {"PATH": path, "PYTHONPATH": str(ROOT), "HOME": str(scratch), "LC_ALL": "C.UTF-8", "TMPDIR": str(scratch)}


def _played(text: str, environment: dict[str, str], scratch: Path) -> Iterator[str]:
    """The transcript as it is now."""
    for block in ("\n" + text).split("\n$ "):
        command, _, rest = block.partition("\n")
        remarks = "".join(f"{line}\n" for line in rest.splitlines() if line.startswith("// "))
        if block.startswith("\n") or not command:
            yield remarks
            continue
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=scratch,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        status = f"[exit {done.returncode}]\n" if done.returncode else ""
        yield f"$ {command}\n{_lines(done.stdout)}{status}{remarks}"


def _lines(output: bytes) -> str:
    text = output.decode("utf-8")
    return text if text.endswith("\n") or not text else f"{text}\n"
