"""Where the grammars and schemas lie: inside the wheel, or beside the package in a checkout."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PACKAGE = os.path.dirname(os.path.abspath(__file__))


def resource(*parts: str) -> Path:
    """Path of a shipped file, for example `resource("grammar", "strat.lark")`.

    Raises FileNotFoundError when the installation is incomplete.
    """
    from pathlib import Path

    return Path(place_of(*parts))


def place_of(*parts: str) -> str:
    """The same as text, for who starts often: importing pathlib takes a fiftieth of a short run."""
    for root in (PACKAGE, os.path.dirname(PACKAGE)):
        path = os.path.join(root, *parts)
        if os.path.exists(path):
            return path
    raise FileNotFoundError("/".join(parts))
