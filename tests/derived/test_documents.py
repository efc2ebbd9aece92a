"""What the documents derive from the code is what the code says."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from stratc.cli.main import program
from tests.house.test_imports import INNER, MAY_IMPORT, ROOT

CHECKOUT = ROOT.parent
OUTPUT = re.compile(r"<!-- output: stratc (?P<command>.+?) -->\n.*?<!-- end -->", re.DOTALL)
FILE = re.compile(r"<!-- file: (?P<path>.+?) -->\n.*?<!-- end -->", re.DOTALL)
LAW = re.compile(r"<!-- derived: (?P<law>[\w/]+) -->\n.*?<!-- end of derived -->", re.DOTALL)
LAWS = {"imports": MAY_IMPORT, **INNER}


def law(match: re.Match[str]) -> str:
    """An import law as a table, with the sentence that each room says of itself."""
    package = "stratc" if match["law"] == "imports" else f"stratc.{match['law'].replace('/', '.')}"
    rows = ["| room | what lives there | may import |", "|---|---|---|"]
    for room, allowed in LAWS[match["law"]].items():
        says = (importlib.import_module(f"{package}.{room}").__doc__ or "").strip().partition("\n")[0]
        rows.append(f"| `{room}` | {says} | {allowed or '—'} |")
    return "\n".join([f"<!-- derived: {match['law']} -->", *rows, "<!-- end of derived -->"])


def printed(match: re.Match[str]) -> str:
    """A command and what it prints."""
    output = CliRunner().invoke(program, match["command"].split(), catch_exceptions=False, prog_name="stratc").output
    begin = f"<!-- output: stratc {match['command']} -->"
    return f"{begin}\n```console\n$ stratc {match['command']}\n{output.rstrip()}\n```\n<!-- end -->"


def shown(match: re.Match[str]) -> str:
    """A file as it stands."""
    text = (CHECKOUT / match["path"]).read_text(encoding="utf-8")
    return f"<!-- file: {match['path']} -->\n```\n{text.rstrip()}\n```\n<!-- end -->"


def test_the_tour(golden: Callable[[Path, str], None]) -> None:
    path = ROOT / "README.md"
    golden(path, LAW.sub(law, path.read_text(encoding="utf-8")))


def test_the_readme(golden: Callable[[Path, str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CHECKOUT)
    monkeypatch.setenv("NO_COLOR", "1")
    path = CHECKOUT / "README.md"
    text = path.read_text(encoding="utf-8")
    golden(path, FILE.sub(shown, OUTPUT.sub(printed, text)))
