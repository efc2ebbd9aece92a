"""Letters that a text gives to quantities beside their names ("hidden size h = 8192"), and those of the papers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.rewriting import Row, instead, put, rewritten

if TYPE_CHECKING:
    from collections.abc import Callable

    from stratc.frontends.launch.traced import Traced
    from stratc.frontends.markdown.document.rewriting import Written

_NOUN = r"(?:[Ss]izes?|length|layers|heads|experts|batch|degree|dimension|dim|vocabulary|vocab|stages|GPUs|GPU count)"
_KINDS = r"(?:(?:transformer|decoder|attention|query|KV|key-value|routed|total) )?"
_COUNTED = rf"{_KINDS}(?:layers|heads|experts|GPUs|stages|micro-?batches)"
_LETTERS = {  # of Narayanan et al. 2021 and Korthikanti et al. 2022: what a value of it looks like, and its name
    "L": (r"\d{1,3}", "layers"),
    "h": (r"\d{1,2},?\d{3}", "hidden size"),
    "a": (r"\d{1,3}", "attention heads"),
    "s": (r"\d{1,3},?\d{3}", "sequence length"),
    "V": (r"\d{2,3},?\d{3}", "vocabulary size"),
    "v": (r"\d{2,3},?\d{3}", "vocabulary size"),
}
_OF_PAPERS = re.compile(r"(?<![\w.])L ?= ?\d{1,3}\b[^\n.]{0,60}(?<![\w.])h ?= ?\d{1,2},?\d{3}\b")


def without_symbols(text: Traced) -> Traced:
    """A text without the letters of its quantities, where their names stand beside them.

    >>> from stratc.frontends.launch.traced import Traced
    >>> without_symbols(Traced("hidden size h = 8192, L = 80 layers", range(35))).text
    'hidden size = 8192, 80 layers'
    """
    letters = _LETTER_ROWS if _OF_PAPERS.search(text.text) else ()
    return rewritten(text, (*_ROWS, *letters))


def _called(name: str) -> Callable[[re.Match[str], Traced], Written]:
    """The name of a letter in its place."""
    return lambda match, text: (put(f"{name} = ", match, text),)


def _tied(match: re.Match[str], text: Traced) -> Written:
    """The name and the sign, without the letter between them."""
    noun = text.part(*match.span("noun"))
    return (noun, put(" (" if match["mark"] else " = ", match, text))


_ROWS = (
    Row(rf"\b(?P<noun>{_NOUN}) (?P<mark>\(?)[A-Za-z] ?= ?(?=\d)", _tied, "="),
    Row(rf"(?<![\w.])[A-Za-z] ?= ?(?=\d[\d,]* {_COUNTED}\b)", instead(""), "="),
)
_LETTER_ROWS = tuple(
    Row(rf"(?<![\w.]){letter} ?= ?(?={value}(?!\w|[.,]\d))", _called(name), f"{letter} =|{letter}=")
    for letter, (value, name) in _LETTERS.items()
)
