"""Counts whose meaning the words before them settle: "512 sequences of 4096 tokens", "a 13B model (40 layers, …)"."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from stratc.arith.unit import BYTE_RATE, COUNT, SEQUENCE, TOKEN
from stratc.frontends.markdown.words.vocabulary import DEVICES, FAMILIES, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
_MODELS = frozenset(("model", "llm", "transformer", "decoder"))
_FAMILY = rf"(?i){FAMILIES}(?![a-z])"  # compiled when needed
_TIMES = ("×", "*")
_OWNERS = words("the our its a each")
_ONE_OF = words("a an each every one the")
_HOLDS = words("fit within below under")
_MODULES = words("module instance")
_SUMS = words("合计 总计 共计 total altogether sum")


def is_length(tokens: Sequence[Token], at: int) -> bool:
    """Whether tokens are counted for each sequence of a batch: "512 sequences of 4096 tokens"."""
    figure = tokens[at].figure
    of = at > 1 and (tokens[at - 1].stem in ("of", "x") or tokens[at - 1].sign == "×")
    sequences = of and ((before := tokens[at - 2]).stem == "sequence" or _counts_sequences(before))
    tokens_each = figure is not None and figure.quantity.dimension == TOKEN and not figure.quantity.is_range
    return bool(sequences and tokens_each and figure and figure.value > 1)  # one token each is a step of decoding


def _counts_sequences(token: Token) -> bool:
    return token.figure is not None and token.figure.quantity.dimension == SEQUENCE


def names_model(sentence: Sentence, at: int) -> bool:
    """Whether the words right before a list describe the model: "a 13B model (40 layers, hidden 5120)"."""
    tokens = sentence.tokens
    start = next((index for index in range(at - 1, -1, -1) if tokens[index].sign == "("), at)
    before = tokens[max(0, start - 4) : start]
    stems = [token.stem for token in before if token.stem]
    return any(stem in _MODELS for stem in stems) or any(re.match(_FAMILY, stem) for stem in stems)


def in_name(tokens: Sequence[Token], at: int) -> bool:
    """Whether a hyphen ties a figure to the word before it: "Coder-30B", "EAGLE-3 head"."""
    if at < 2:
        return False
    word, dash, figure = tokens[at - 2 : at + 1]
    return bool(word.stem) and dash.sign == "-" and (word.end, dash.end) == (dash.start, figure.start)


def is_measured(tokens: Sequence[Token], at: int, end: int) -> bool:
    """Whether a number comes with what it takes, or counts a part: "58 层 24 ms", "同一 stage 内的 16 张卡"."""
    after = tokens[end].figure if end < len(tokens) else None
    return (after is not None and after.quantity.dimension != COUNT) or (
        at > 0 and tokens[at - 1].stem.startswith(("内", "组", "同一"))
    )


def summed(tokens: Sequence[Token]) -> int | None:
    """Index of the figure that a word calls the sum of those before it: "101B experts, 3B attention, total 104B"."""
    sums = (
        at + 1 for at, token in enumerate(tokens[:-1]) if token.stem in _SUMS and any(t.figure for t in tokens[:at])
    )
    return next((at for at in sums if tokens[at].figure), None)


def is_factor(tokens: Sequence[Token], at: int) -> bool:
    """Whether a figure is only a part: "2 (in and out) × vocabulary × width", "31+31", "80 × 128 × 3 × 4,608"."""
    following = tokens[at + 1 : at + 5]
    bare = [token.figure is not None for token in following] == [False, True, False, True]
    if bare and all(token.sign in ("×", "*") for token in following[::2]):
        return True
    if at + 2 < len(tokens) and tokens[at + 1].sign == "+" and tokens[at + 2].figure is not None:
        return True
    inside = list(takewhile(lambda token: token.sign != ")", tokens[at + 1 :]))
    after = tokens[at + 2 + len(inside) : at + 3 + len(inside)]
    worded = bool(inside) and inside[0].sign == "(" and not any(token.figure for token in inside)
    return worded and bool(after) and after[0].sign in ("×", "*")


def is_worked_out(tokens: Sequence[Token], at: int) -> bool:
    """Whether a figure is what arithmetic comes to: "786 / (16 × 191 × 0.022) = 11.7%", "72 / 180 ≈ 40%"."""
    index = at - 1
    while index > 0 and tokens[index].sign in ("~", "≈", "="):
        index -= 1
    if index < 1 or not {"=", "≈"} & {token.sign for token in tokens[index + 1 : at]}:
        return False
    named = tokens[index].stem != "" and tokens[index - 1].figure is not None
    last = index - 1 if named else index
    return tokens[last].sign == ")" or (last > 0 and tokens[last - 1].sign in ("/", "÷", "×", "*"))


def counted_rows(cell: Sentence) -> float:
    """How many devices the row of a cell is for, where its column counts them: "GPUs: 64", not "GPUs: 0-7"; else 0."""
    figure = cell.tokens[0].figure if cell.tokens and cell.header and cell.header[-1].many else None
    counts = figure is not None and cell.header[-1].stem in DEVICES and not figure.quantity.is_range
    return figure.value if figure and counts and not cell.key else 0.0


def is_of_one(tokens: Sequence[Token], at: int) -> bool:
    """Whether bytes are those of one parameter: "12 bytes a parameter", "2 bytes per weight"."""
    after = [token.stem or token.sign for token in tokens[at + 1 : at + 3]]
    return (
        len(after) > 1
        and after[0] in ("a", "per", "each", "every", "/")
        and after[1] in ("parameter", "param", "weight")
    )


def is_added(tokens: Sequence[Token], at: int) -> bool:
    """Whether parameters are a part of what a label counts: "42B × 2/16 = 5.25B, plus attention 1.5B → 6.75B"."""
    before, after = tokens[max(0, at - 3) : at], tokens[at + 1 : at + 3]
    return any(token.stem == "plus" for token in (*before, *after))


def is_use_of_rate(tokens: Sequence[Token], at: int) -> bool:
    """Whether a share is how much of a bandwidth right before it is used: "1.8TBps (80% utilization)"."""
    between = ("(", ",", "，", "at", "with", "utilization", "utilisation", "efficiency", "利用率", "使用率")
    before = [token for token in tokens[max(0, at - 3) : at] if (token.sign or token.stem) not in between]
    return bool(before) and (figure := before[-1].figure) is not None and figure.quantity.dimension == BYTE_RATE


def are_more_than_experts(tokens: Sequence[Token], at: int, noun: int) -> bool:
    """Whether experts are counted with copies ("physical"), over all layers ("48 expert modules") or in a product.

    So "per GPU: 4096 tokens × 8 experts × 7168", which a token is sent to.
    """
    after = tokens[noun + 1] if noun + 1 < len(tokens) else None
    if tokens[noun - 1].stem == "physical" or (after and after.stem in _MODULES):
        return True
    return at > 0 and tokens[at - 1].sign in _TIMES and after is not None and after.sign in _TIMES


def is_quotient(tokens: Sequence[Token], at: int) -> bool:
    """Whether a figure is divided by another, and nothing else happens to it: "22016 / 8 = 2752"."""
    after = tokens[at + 3 : at + 4]
    return is_over(tokens, at) and bool(after) and after[0].sign in ("=", "→", "≈")


def is_over(tokens: Sequence[Token], at: int) -> bool:
    """Whether a figure stands over another: "64 / 16"."""
    divided = tokens[at : at + 3]
    return len(divided) == 3 and bool(divided[0].figure and divided[1].sign in ("÷", "/") and divided[2].figure)


def of_capacity(tokens: Sequence[Token], at: int) -> bool:
    """ "30% of 64GB": a share of a memory."""
    after = tokens[at + 1 : at + 3]
    return len(after) == 2 and after[0].stem == "of" and after[1].figure is not None and _is_bytes(after[1])


def is_bought(tokens: Sequence[Token], at: int) -> bool:
    """Whether a figure is the memory that a device comes with: "A GPU has 141 GB, of which …".

    >>> from stratc.frontends.markdown.document.tokens import tokens_of
    >>> [is_bought(tokens_of(text, 0), 3) for text in ("Each GPU has 80 GB", "Each GPU has 80 GB free")]
    [True, False]
    """
    before = [token.stem for token in tokens[max(0, at - 3) : at]]
    ends = at + 1 == len(tokens) or tokens[at + 1].sign in (",", ";")
    return ends and len(before) == 3 and before[0] in _ONE_OF and before[1] in DEVICES and before[2] == "has"


def is_room(tokens: Sequence[Token], at: int) -> bool:
    """Whether bytes are what others before them have to fit into.

    >>> from stratc.frontends.markdown.document.tokens import tokens_of
    >>> [is_room(tokens_of(text, 0), -1) for text in ("1 GB has to fit in 9 GB", "1 GB of the 9 GB", "1 GB, 9 GB")]
    [True, True, False]
    """
    at %= len(tokens)
    first = next((n for n in range(at - 1, -1, -1) if tokens[n].figure is not None or tokens[n].sign), -1)
    between = [token.stem for token in tokens[first + 1 : at]]
    last = next((token for token in reversed(tokens[:at]) if token.figure is not None), None)
    if last is None or not _is_bytes(last):
        return False
    part = tokens[first] is last and between[:1] == ["of"] and set(between[1:]) <= _OWNERS
    return part or not _HOLDS.isdisjoint(between)


def _is_bytes(token: Token) -> bool:
    return token.figure is not None and token.figure.quantity.unit.symbol.endswith("B")
