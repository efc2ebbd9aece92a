"""Which files of a folder git passes over: the rules of .gitignore, without asking git."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stratc.text.glob import glob

NAME = ".gitignore"


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line of a .gitignore file: what it means below its folder."""

    folder: str
    expression: re.Pattern[str]
    keeps: bool  # begins with !
    folders_only: bool  # ends with /

    def means(self, path: str, is_folder: bool) -> bool:
        """Whether the line is about this path."""
        if self.folders_only and not is_folder:
            return False
        below = os.path.relpath(path, self.folder).replace(os.sep, "/")  # both may be relative to the working folder
        return self.expression.match(below) is not None


def is_ignored(path: str, is_folder: bool, patterns: tuple[Pattern, ...]) -> bool:
    """What the last line about a path says."""
    last = next((each for each in reversed(patterns) if each.means(path, is_folder)), None)
    return last is not None and not last.keeps


def patterns_in(folder: str) -> tuple[Pattern, ...]:
    """The lines of a folder's own .gitignore, if it has one that can be read."""
    return tuple(_patterns(Path(folder) / NAME, folder))


def patterns_above(folder: str) -> tuple[Pattern, ...]:
    """What holds in a folder because of the folders above it, up to the root of its repository; nothing outside one."""
    places = [Path(folder).resolve(), *Path(folder).resolve().parents]
    root = next((n for n, place in enumerate(places) if (place / ".git").exists()), None)
    if root is None:
        return ()
    own = tuple(_patterns(places[root] / ".git" / "info" / "exclude", str(places[root])))
    return own + tuple(line for place in reversed(places[1 : root + 1]) for line in patterns_in(str(place)))


def _patterns(file: Path, folder: str) -> Iterator[Pattern]:
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    for line in lines:
        text = line if line.endswith("\\ ") else line.rstrip()
        if not text or text.startswith("#"):
            continue
        keeps = text.startswith("!")
        text = text[keeps:]
        yield Pattern(folder, glob(text), keeps, text.endswith("/"))
