"""The outcome of checking one source."""

from __future__ import annotations

from dataclasses import dataclass

from stratc.diagnostics.diagnostic import Diagnostic
from stratc.text.source import Source


@dataclass(frozen=True, slots=True)
class Silence:
    """A rule, or the family of a code's letters, that had nothing to say because the plan does not say `key`."""

    rule: str
    key: str


@dataclass(frozen=True, slots=True)
class Report:
    """Findings in the order of the text, and how much of the text was understood.

    `quantities` counts the figures in the text, `read` those that became facts, claims or workings;
    `suppressed` counts findings that a comment in the text silences, `accepted` those that a baseline holds, `assumed`
    the conventions fallen back on.
    `sources` are all texts that spans may lie in: the checked one first, then those it imports.
    """

    sources: tuple[Source, ...]
    diagnostics: tuple[Diagnostic, ...]
    quantities: int = 0
    read: int = 0
    suppressed: int = 0
    assumed: int = 0
    silences: tuple[Silence, ...] = ()
    accepted: int = 0

    @property
    def source(self) -> Source:
        """The text that was checked."""
        return self.sources[0]
