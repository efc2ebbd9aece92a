"""Folders are walked as git sees them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from stratc.cli.files import found_in

FILES = (
    "a.md", "b.md", "build.md", "notes/a.md", "notes/deep/a.md", "notes/deep/keep.md", "out/x.md", "out/keep.md",
    "src/out/y.md", "src/tmp/z.md", "src/x1.md", "src/x2.md", "src/xy.md", "src/[z].md", "# odd.md", "docs/a b.md",
    "docs/v1/plan.md", "docs/v1/old/plan.md", "docs/v2/plan.md",
)  # fmt: skip
RULES = {
    "plain": {".gitignore": "b.md\nout/\n"},
    "anchored": {".gitignore": "/out\n/a.md\nsrc/tmp\n"},
    "negated": {".gitignore": "*.md\n!keep.md\n!src/*.md\n"},
    "a folder left out keeps nothing": {".gitignore": "out/\n!out/keep.md\n"},
    "stars": {".gitignore": "docs/**/plan.md\n**/deep\nsrc/x?.md\n"},
    "middle": {".gitignore": "docs/*/old/\nnotes/**\n!notes/a.md\n"},
    "sets": {".gitignore": "src/x[1-9].md\nsrc/x[!0-9].md\n"},
    "escapes": {".gitignore": "\\# odd.md\nsrc/\\[z\\].md\n# a comment\n\ndocs/a b.md  \n"},
    "nested": {".gitignore": "*.md\n", "notes/.gitignore": "!*.md\n", "notes/deep/.gitignore": "/a.md\n"},
}


@pytest.mark.skipif(shutil.which("git") is None, reason="git itself is what this is compared with")
@pytest.mark.parametrize("name", RULES)
def test_what_git_ignores_is_passed_over(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in FILES:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("TP = 2\n", encoding="utf-8")
    for path, text in RULES[name].items():
        (tmp_path / path).write_text(text, encoding="utf-8")
    git = ["git", "-c", "core.quotePath=false", "-c", "core.excludesFile="]
    subprocess.run([*git, "init", "-q"], cwd=tmp_path, check=True)
    listed = subprocess.run(
        [*git, "ls-files", "--others", "--exclude-standard"], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    kept = sorted(path for path in listed.stdout.splitlines() if path.endswith(".md"))
    monkeypatch.chdir(tmp_path)
    assert sorted(each.path for each in found_in((".",))[0] if each.path.endswith(".md")) == kept
    monkeypatch.chdir(tmp_path / "src")
    below = sorted(path.removeprefix("src/") for path in kept if path.startswith("src/"))
    assert sorted(each.path for each in found_in((".",))[0]) == below
