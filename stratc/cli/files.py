"""Reads plans from files, folders and standard input."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from stratc.errors import InputError
from stratc.text.source import Source

if TYPE_CHECKING:
    from stratc.cli.ignored import Pattern

STDIN = "-"
MAGIC = "*?["  # signs of a pattern of names
PLANS = (".strat", ".md", ".markdown")
SKIPPED = {"node_modules", "__pycache__", "build", "dist", "venv", "site-packages"}


class Found(NamedTuple):
    """A file to read; `named` when a user named it, not only its folder."""

    path: str
    named: bool


def source_of(path: str, stdin_name: str = "<stdin>") -> Source:
    """The text of a file, or of standard input for "-".  Raises InputError with one line that says why not."""
    if path == STDIN:
        return Source(stdin_name, _text(sys.stdin.buffer.read(), stdin_name))
    return Source(path, _text(_bytes(path), path))


def plan_in(path: str, stdin_name: str = "<stdin>") -> Source:
    """As `source_of`, for a command that needs something to read.  Raises InputError also on an empty text."""
    source = source_of(path, stdin_name)
    if is_empty(source):
        raise InputError(f"{source.name}: is empty")
    return source


def load(path: str, importer: str) -> Source:
    """The text of a file that another one names, relative to that one."""
    return source_of(os.path.normpath(os.path.join(os.path.dirname(importer), path)))


def found_in(paths: tuple[str, ...]) -> tuple[list[Found], list[str]]:
    """The files that paths stand for, folders walked in order; and a line for each path that cannot be used."""
    files: dict[str, Found] = {}
    complaints: list[str] = []
    for path in paths:
        if path != STDIN and os.path.isdir(path):
            inside = list(_walk(path, _above(path)))
            if not any(each.endswith(PLANS) for each in inside):
                complaints.append(f"{path}: no plans in this folder (no .strat or .md file)")
            for each in inside:
                files.setdefault(each, Found(each, named=False))
        elif any(sign in path for sign in MAGIC) and not os.path.lexists(path):
            inside = list(_matching(path))
            if not inside:
                complaints.append(f"{path}: no file matches")
            files.update({each: Found(each, named=True) for each in inside})
        else:
            files[path] = Found(path, named=True)
    return list(files.values()), complaints


def is_empty(source: Source) -> bool:
    """Whether there is nothing but blanks in it."""
    return not source.text.strip()


def _above(folder: str) -> tuple[Pattern, ...]:
    from stratc.cli.ignored import patterns_above

    return patterns_above(folder)


def _walk(folder: str, patterns: tuple[Pattern, ...]) -> Iterator[str]:
    """The files below a folder that git would keep, those of a folder before those of the folders in it."""
    from stratc.cli.ignored import is_ignored, patterns_in

    patterns = (*patterns, *patterns_in(folder))
    try:
        with os.scandir(folder) as entries:
            inside = sorted((each.name, each.is_dir(follow_symlinks=False)) for each in entries)
    except OSError:  # a folder that may not be looked into
        return
    kept = [(os.path.normpath(os.path.join(folder, name)), deep) for name, deep in inside if not name.startswith(".")]
    kept = [(path, deep) for path, deep in kept if not is_ignored(path, deep, patterns)]
    yield from (path for path, deep in kept if not deep)
    for path, deep in kept:
        if deep and os.path.basename(path) not in SKIPPED:
            yield from _walk(path, patterns)


def _matching(pattern: str) -> Iterator[str]:
    """The files that a pattern with `*`, `?` or `[` means, those that git ignores left out."""
    from stratc.text.glob import glob

    parts = pattern.replace(os.sep, "/").split("/")
    first = next(n for n, part in enumerate(parts) if any(sign in part for sign in MAGIC))
    start, rest = "/".join(parts[:first]) or ("/" if pattern.startswith("/") else "."), "/".join(parts[first:])
    expression = glob(f"/{rest}")
    for path in _walk(start, _above(start)) if os.path.isdir(start) else ():
        if expression.match(os.path.relpath(path, start).replace(os.sep, "/")):
            yield path


def _bytes(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        raise InputError(f"{path}: no such file or folder") from None
    except IsADirectoryError:
        raise InputError(f"{path}: is a folder; name a file in it") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _text(data: bytes, name: str) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise InputError(f"{name}: is UTF-16; save it as UTF-8")
    if b"\0" in data[:8192]:
        raise InputError(f"{name}: is a binary file, not a text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{name}:{line}: is not UTF-8 text (byte 0x{data[error.start]:02x})") from None
