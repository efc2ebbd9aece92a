"""The grammar of the strategy language as a parser, built once a process and kept between processes."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from stratc.resources import resource

if TYPE_CHECKING:
    from lark import Lark


def cache_folder() -> Path | None:
    """The user's own folder for parse tables; None where it cannot be made.

    The tables are pickled, so they never lie where another user may write.
    """
    root = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    try:
        folder = Path(root).expanduser() / "stratc"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return None
    return folder


@cache
def parser_of(grammar: str) -> Lark:
    """The parser of `grammar/<grammar>.lark`; it reads one statement, beginning with the rule `start`."""
    from lark import Lark

    path, folder = resource("grammar", f"{grammar}.lark"), cache_folder()
    tables = str(folder / f"{grammar}.tables") if folder else False
    return Lark.open(str(path), parser="lalr", propagate_positions=True, maybe_placeholders=False, cache=tables)
