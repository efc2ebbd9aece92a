"""The Markdown frontend: blocks, scopes, sentences, then every reader of sentences in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.frontend import Reading
from stratc.frontends.markdown.blocks import scan
from stratc.frontends.markdown.degrees import degrees
from stratc.frontends.markdown.facts import facts
from stratc.frontends.markdown.names import names
from stratc.frontends.markdown.placement import placements
from stratc.frontends.markdown.sentences import sentences
from stratc.frontends.markdown.settings import is_code, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.frontend import Load
    from stratc.frontends.markdown.sentences import Sentence
    from stratc.ir.statement import Statement
    from stratc.text.source import Source


class Markdown:
    """Plans written as prose, lists, tables and fences."""

    suffixes = (".md", ".markdown")

    def read(self, source: Source, load: Load) -> Reading:  # noqa: ARG002  # Markdown names no other files
        """Everything that the document says."""
        blocks = scan(source.text)
        said = list(sentences(blocks, source.name))
        statements: list[Statement] = []
        for sentence in said:
            statements.extend(_statements(sentence))
        statements.extend(placements(said))
        return Reading((source,), tuple(statements))


def _statements(sentence: Sentence) -> Iterator[Statement]:
    yield from settings(sentence)
    if is_code(sentence):
        return
    yield from degrees(sentence)
    yield from names(sentence)
    yield from facts(sentence)


FRONTEND = Markdown()
