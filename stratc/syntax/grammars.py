"""The grammar of the strategy language as a parser, built once a process and kept between processes."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from stratc.resources import place_of

if TYPE_CHECKING:
    from lark import Lark


def cache_folder() -> str | None:
    """The user's own folder for parse tables; None where it cannot be made.

    The tables are pickled, so they never lie where another user may write.
    """
    root = os.path.expanduser(os.environ.get("XDG_CACHE_HOME") or "~/.cache")
    folder = os.path.join(root, "stratc")
    if root.startswith("~"):  # of a user without a home
        return None
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except OSError:
        return None
    return folder


@cache
def parser_of(grammar: str) -> Lark:
    """The parser of `grammar/<grammar>.lark`; it reads one statement, beginning with the rule `start`."""
    from lark import Lark

    path, folder = place_of("grammar", f"{grammar}.lark"), cache_folder()
    tables = os.path.join(folder, f"{grammar}.tables") if folder else False
    return Lark.open(path, parser="lalr", propagate_positions=True, maybe_placeholders=False, cache=tables)
