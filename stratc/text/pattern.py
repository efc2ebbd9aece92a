"""Regular expressions that are compiled when a text first has words that they cannot do without."""

from __future__ import annotations

import re
import sys
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_FOLDED = "(?i)"
MOST = sys.maxsize  # the end of any text


class Pattern:
    """A regular expression, and rows of words ("kg|pound") each of which has one in every text that it is found in.

    Compiling an expression takes as long as searching a page with it, and looking for a word a twentieth of searching a
    sentence: a reader that names its words costs next to nothing where a plan does not speak of its subject.  Words are
    written in lower case where the expression begins with "(?i)", else as the text has them.

    >>> weight = Pattern(r"(?i)(?P<n>\\d+) (?:kg|pounds)\\b", "kg|pounds")
    >>> weight.search("12 Pounds")["n"], weight.search("12 GPUs"), "compiled" in vars(Pattern(r"\\d+", "kg"))
    ('12', None, False)
    """

    def __init__(self, source: str, *words: str) -> None:
        self.source = source
        self.words = tuple(row.split("|") for row in words)
        self.folds = source.startswith(_FOLDED)

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The expression itself."""
        return re.compile(self.source)

    def concerns(self, text: str) -> bool:
        """Whether a text has a word of every row."""
        if not self.words:
            return True
        low = text.lower() if self.folds else text
        for row in self.words:
            for word in row:
                if word in low:
                    break
            else:
                return False
        return True

    def search(self, text: str, start: int = 0, end: int = MOST) -> re.Match[str] | None:
        """The first place where it holds."""
        return self.compiled.search(text, start, end) if self.concerns(text) else None

    def match(self, text: str, start: int = 0, end: int = MOST) -> re.Match[str] | None:
        """The place that begins at an offset, if it holds there."""
        return self.compiled.match(text, start, end) if self.concerns(text) else None

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """The whole text, if it holds of that."""
        return self.compiled.fullmatch(text) if self.concerns(text) else None

    def finditer(self, text: str, start: int = 0, end: int = MOST) -> Iterator[re.Match[str]]:
        """Every place where it holds."""
        return self.compiled.finditer(text, start, end) if self.concerns(text) else iter(())

    def sub(self, write: Callable[[re.Match[str]], str], text: str) -> str:
        """The text with every place where it holds written anew."""
        return self.compiled.sub(write, text) if self.concerns(text) else text
