"""How commands leave a script, a function or a loop before its end."""

from __future__ import annotations


class Leave(Exception):  # noqa: N818  # flow of the script: exit, return, break, continue
    """Ends the script, a function or a turn of a loop."""

    def __init__(self, word: str, loops: int = 1) -> None:
        super().__init__(word)
        self.word, self.loops = word, loops
