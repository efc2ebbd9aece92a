"""Shows and writes what fixes change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from stratc.cli.checking import Checked
from stratc.cli.screen import complain, show
from stratc.errors import InputError
from stratc.text.source import Source

MARK = b"\xef\xbb\xbf"  # some editors begin UTF-8 files with it; it is no part of the text

_LINES = re.compile(r"[^\n]*\n|[^\n]+")


def show_diff(checked: Iterable[Checked]) -> bool:
    """Print the changes of all files as one unified diff; tells whether there are any."""
    lines = [line for each in checked if each.before and each.after for line in _diff(each.before, each.after)]
    show("".join(lines))
    return bool(lines)


def rewrite(checked: Iterable[Checked]) -> None:
    """Write the changed files.  Raises InputError when one cannot be written."""
    for each in checked:
        if each.before and each.after:
            _write(each.after)
            complain(f"{each.after.name}: {each.fixed} finding{'s' * (each.fixed != 1)} fixed")


def _write(source: Source) -> None:
    path = Path(source.name)
    try:
        mark = MARK if path.read_bytes().startswith(MARK) else b""
        path.write_bytes(mark + source.text.encode("utf-8"))
    except OSError as error:
        raise InputError(f"{source.name}: cannot be written: {error.strerror or error}") from None


def _diff(before: Source, after: Source) -> Iterator[str]:
    from difflib import unified_diff

    old, new = (_LINES.findall(each.text) for each in (before, after))
    for line in unified_diff(old, new, before.name, f"{after.name} (fixed)"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
