"""Colours of the terminal; the only place that knows them."""

from __future__ import annotations

from typing import NamedTuple

from stratc.diagnostics.diagnostic import Severity

BOLD, RED, YELLOW, BLUE, CYAN, GREEN = "1", "1;31", "1;33", "1;34", "1;36", "1;32"
OF_SEVERITY = {Severity.ERROR: RED, Severity.WARNING: YELLOW, Severity.INFO: CYAN}


class Style(NamedTuple):
    """Paints parts of a text, or leaves them as they are; `severity` colours the primary marks."""

    colour: bool = False
    severity: Severity = Severity.ERROR

    def headline(self, text: str) -> str:
        """The word of the severity and the code."""
        return self._paint(text, OF_SEVERITY[self.severity])

    def primary(self, text: str) -> str:
        """Marks and labels of what is wrong."""
        return self._paint(text, OF_SEVERITY[self.severity])

    def secondary(self, text: str) -> str:
        """Marks and labels of what else matters."""
        return self._paint(text, BLUE)

    def edge(self, text: str) -> str:
        """Line numbers and frames."""
        return self._paint(text, BLUE)

    def bold(self, text: str) -> str:
        """Messages."""
        return self._paint(text, BOLD)

    def good(self, text: str) -> str:
        """What is in order."""
        return self._paint(text, GREEN)

    def _paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and text.strip() else text
