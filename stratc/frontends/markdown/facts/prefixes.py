"""Facts by the phrase in a sentence itself, right before the figure: "batch size 1, sequence length 1024"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.arith.unit import TOKEN
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.rows import (
    BEFORE,
    dashed,
    fits,
    is_called,
    nearest,
    of_part,
    other_noun,
    passed,
    value_of,
)
from stratc.frontends.markdown.facts.labels import LENGTHS, TOKENS, WHOLES, is_operator
from stratc.frontends.markdown.layout.counts import is_quotient
from stratc.frontends.markdown.layout.items import is_index, is_listed_size
from stratc.frontends.markdown.words.vocabulary import Form, Row, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token

_SIZES = words("model.hidden_size model.ffn_hidden_size model.vocab_size")


def prefixed(sentence: Sentence) -> Iterator[tuple[Row, int]]:
    """A phrase in the sentence itself, right before a figure: "batch size 1, sequence length 1024"."""
    inside = any(token.figure for token in sentence.key) and sentence.block.kind is not Kind.CELL
    tokens = sentence.tokens if inside else sentence.value
    offset = len(sentence.tokens) - len(tokens)
    for row, first, end in BEFORE.inside(tokens):
        if not is_called(row, tokens, first, end):
            continue
        at = _worked(row, tokens, passed(row, tokens, end))
        if at >= len(tokens) or (figure := tokens[at].figure) is None:
            continue
        alone = first == 0 and not sentence.key
        if first and (tokens[first - 1].figure or (tokens[first - 1].sign and tokens[first - 1].sign in "×*")):
            continue  # "DP × micro-batch = 4" is no micro-batch
        if first and tokens[first - 1].stem in ("per", "each", "every") and tokens[end].sign == "(":
            continue  # "4 collectives per micro-batch (2 forward, 2 backward)"
        single = end - first == 1
        plain = _is_plain_size(row, figure) or _is_listed(tokens, at) or is_listed_size(row, tokens, at)
        tied = tokens[end].sign in ("=", ":") or (at == end and plain)
        if single and not alone and not tied and row.form is Form.INTEGER:
            continue
        bare = single and tokens[first].stem not in LENGTHS and not any(t.stem in LENGTHS for t in sentence.key)
        if row.key in TOKENS and bare and figure.quantity.dimension != TOKEN:
            continue
        if (
            value_of(row, figure) is None
            or (at == end and is_index(row, tokens, at))
            or dashed(row, tokens, at)
            or _goes_on(row, tokens, at)
        ):
            continue
        around = (*nearest(tokens, first), *tokens[end:at])
        if fits(row, sentence, around) and not other_noun(row, tokens, at):
            yield of_part(sentence, row), offset + at


def _is_plain_size(row: Row, figure: Figure) -> bool:
    """Whether a figure after one word can only be the size that it names: "hidden 12288", "vocab 50k"."""
    value = value_of(row, figure)
    return row.key in _SIZES and isinstance(value, int) and value >= 512


def _is_listed(tokens: Sequence[Token], at: int) -> bool:
    """Whether a batch stands in a list of conditions: "Prefill (4096 tokens, batch 8): …"."""
    before, after = tokens[max(0, at - 2) : at - 1], tokens[at + 1 : at + 2]
    between = all(token.sign and token.sign in "(),;.:" for token in (*before, *after))
    return between and bool(before or after) and tokens[at - 1].stem == "batch"


def _worked(row: Row, tokens: Sequence[Token], at: int) -> int:
    """The index of the result where a product of bare figures stands: "global batch is 4 x 64 = 256"."""
    if row.key in WHOLES and is_quotient(tokens, at):
        return at  # what is divided, not the share that comes out
    end = at
    while end + 2 < len(tokens) and tokens[end].figure and is_operator(tokens[end + 1]) and tokens[end + 2].figure:
        end += 2
    if end == at:
        return at
    return end + 2 if end + 2 < len(tokens) and tokens[end + 1].sign == "=" else len(tokens)


def _goes_on(row: Row, tokens: Sequence[Token], at: int) -> bool:
    """Whether a figure is but the first operand of a working, and no whole that is divided."""
    after = tokens[at + 1].sign if at + 1 < len(tokens) else ""
    return bool(after) and after in "×*÷/" and not (row.key in WHOLES and is_quotient(tokens, at))
