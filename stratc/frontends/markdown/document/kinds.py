"""The names of accelerators in a text, and marks in their place, which shorter patterns can find."""

from __future__ import annotations

from stratc.frontends.markdown.words.vocabulary import ACCELERATOR_PARTS, ACCELERATORS
from stratc.text.pattern import Pattern

KIND = Pattern(rf"(?:(?<![A-Za-z0-9])|(?<=\d[xX])){ACCELERATORS}(?=s?(?![A-Za-z0-9]))", "|".join(ACCELERATOR_PARTS))
MARK = "\ue000"
KIND_MARK = f"{MARK}\ue001*"  # an accelerator in patterns that are matched against what `marked` makes


def marked(text: str) -> str:
    """A text of the same length with a mark in the place of each accelerator."""
    return KIND.sub(lambda match: MARK.ljust(len(match[0]), "\ue001"), text)
