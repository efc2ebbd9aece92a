"""What a size of key-value cache is said to hold: "9 GB (40 requests of 8192 tokens)", "a 32k request: 1 GB"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.term import Apply, Term
from stratc.arith.unit import BYTE, COUNT, REQUEST, SEQUENCE, TOKEN
from stratc.frontends.markdown.document.asides import role_before
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.facts.bearings import counted_for
from stratc.frontends.markdown.words.vocabulary import words
from stratc.frontends.markdown.workings.working import Working, literal_of
from stratc.ir.statement import Per, Relation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_CACHE = words("kv cache kvcache")
_SEQUENCES = words(
    "sequence request prompt chat user session conversation document contract stream dialogue ticket query sample call "
    "agent review slot"
)
_LINKS = words("of at with x each long up to having and in flight parallel the concurrent full context token length a")
_SIGNS = frozenset("×*@,(")
_OTHERWISE = words(
    "weight parameter activation chunk chunked prefix hit share shared budget window offload host cpu compressed saved "
    "instead if would read write transfer send sent left free room headroom reserve reserved pool layer"
)
_FEWEST, _ALONE = 128, 4096  # tokens of a sequence, and of a cache that nobody parts into sequences
_NEAR = 7  # tokens between the sequences and their length
_OF_LOAD = (TOKEN, SEQUENCE, REQUEST)
_LEAST = 1e7  # bytes; less are those of a token


def cached_loads(sentence: Sentence) -> Iterator[Statement]:
    """Claims "cache.load": the only size of cache of a sentence, the tokens that it is said to hold as its working."""
    tokens = (*sentence.key, *sentence.value) if sentence.key else sentence.tokens
    stems = {token.stem for token in tokens}
    if not stems & _CACHE or stems & _OTHERWISE:
        return
    sizes = [token for token in tokens if _is_size(token)]
    held = [token for token in tokens if token.figure and token.figure.quantity.dimension == TOKEN]
    if len(sizes) != 1 or len(held) > 1 or sizes[0] not in sentence.tokens:
        return
    at = sentence.tokens.index(sizes[0])
    figure = sizes[0].figure
    load = _load(sentence, tokens)
    if load is None or figure is None or relation_before(sentence.tokens, at) is not Relation.IS:
        return
    role = role_before(sentence.tokens, at)
    per = counted_for(sentence, at)
    per = per if per in (Per.DEVICE, Per.TOTAL) else Per.UNSAID
    said = say(sentence, "cache.load", figure.value, (figure.start, figure.end), figure=figure, role=role, per=per)
    yield replace(said, working=load)


def _is_size(token: Token) -> bool:
    figure = token.figure
    exact = figure is not None and figure.quantity.dimension == BYTE and not figure.quantity.is_range
    return exact and figure is not None and figure.value >= _LEAST


def _load(sentence: Sentence, tokens: Sequence[Token]) -> Term | None:
    """The tokens: those of some sequences of a length, of one, or so many without a word on sequences."""
    counted = [at for at in range(len(tokens)) if _counts_sequences(tokens, at)]
    lengths = [at for at in range(len(tokens)) if _is_length(tokens, at) and at not in counted]
    if len(lengths) != 1 or len(counted) > 1:
        return None
    length = tokens[lengths[0]].figure
    if length is None or _is_added(tokens, lengths[0]) or role_before(tokens, lengths[0]):
        return None
    before = tokens[max(0, lengths[0] - 2) : lengths[0]]
    if not counted and len(before) > 1 and before[0].figure and before[1].sign in ("×", "*"):
        counted = [lengths[0] - 2] if before[0].figure.is_count else []
        if not counted:
            return None
    if counted:
        low, high = sorted((counted[0], lengths[0]))
        count = tokens[counted[0]].figure
        linked = high - low <= _NEAR and all(_links(token) for token in tokens[low + 1 : high])
        if count is None or not linked:
            return None
        return Apply("×", literal_of(sentence, count), literal_of(sentence, length))
    of_one = any(token.stem in _SEQUENCES and not token.many for token in tokens)
    several = any(token.stem in _SEQUENCES and token.many for token in tokens)
    alone = length.quantity.dimension == TOKEN and not several and (of_one or length.value >= _ALONE)
    return literal_of(sentence, length) if alone else None


def _is_added(tokens: Sequence[Token], at: int) -> bool:
    """Whether a length is but one of two: "4096 + 512 tokens"."""
    return any(token.sign == "+" for token in (*tokens[max(0, at - 1) : at], *tokens[at + 1 : at + 2]))


def _links(token: Token) -> bool:
    return token.sign in _SIGNS if token.sign else token.stem in _LINKS or token.stem in _SEQUENCES


def _counts_sequences(tokens: Sequence[Token], at: int) -> bool:
    """Whether a figure counts sequences, by its unit or by a noun within two words."""
    figure = tokens[at].figure
    if figure is None or figure.quantity.is_range or not float(figure.value).is_integer():
        return False
    if figure.quantity.dimension in (SEQUENCE, REQUEST):
        return True
    return figure.is_count and any(token.stem in _SEQUENCES and token.many for token in tokens[at + 1 : at + 3])


def _is_length(tokens: Sequence[Token], at: int) -> bool:
    """Whether a figure is a number of tokens, by its unit or by standing behind sequences: "24 chats of 4096"."""
    figure = tokens[at].figure
    if figure is None or figure.quantity.is_range or figure.value < _FEWEST:
        return False
    if figure.quantity.dimension == TOKEN:
        return True
    before = tokens[at - 1] if at else None
    linked = before is not None and (before.stem in ("of", "at") or before.sign in ("×", "@"))
    return figure.quantity.dimension == COUNT and linked and not figure.times


def is_load(sentence: Sentence, working: Working) -> bool:
    """Whether what stands beside bytes only says what they are for: "21 GB (64 sequences × 16,384 tokens)"."""
    aside = [token.sign for token in sentence.tokens[working.at + 1 : working.at + 2]] == ["("]
    return aside and working.result.quantity.dimension == BYTE and _counts_load(working.term)


def _counts_load(term: Term) -> bool:
    """Whether a working multiplies sequences by tokens and nothing else."""
    if isinstance(term, Apply):
        return term.op == "×" and _counts_load(term.left) and _counts_load(term.right)
    return term.dimension in _OF_LOAD
