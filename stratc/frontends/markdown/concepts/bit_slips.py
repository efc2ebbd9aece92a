"""What a sentence takes gigabits for: the same number of gigabytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.arith.unit import BYTE_RATE
from stratc.frontends.markdown.words.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token

_WRITTEN = ("Gb", "Tb", "gbit", "Mb")
_DIVIDES = frozenset(("÷", "/"))
_OTHER_LINK = words("nvlink nvswitch hcc xgmi vram hbm eight instead not aggregate combined would wrong")
_BITS = 8
_FEWEST = 3  # tokens before the total of several links


def bit_slips(sentence: Sentence) -> Iterator[tuple[str, tuple[int, int]]]:
    """Concept "bits_as_bytes": "at 400 Gb/s: 12.6 MB / 400 GB/s"; eight links of so many bits do move those bytes.

    Also a rate of as many bytes as several links together have bits.
    """
    if not any(written in sentence.text for written in _WRITTEN):
        return
    tokens = sentence.tokens
    rates = [
        at for at, token in enumerate(tokens) if token.figure and token.figure.quantity.unit.dimension == BYTE_RATE
    ]
    if len(rates) < 2:
        return
    slip = next((at for at in rates if _is_of_several(tokens, at)), None)
    if slip is not None:
        yield "bits_as_bytes", (slip, slip + 1)
        return
    if not _OTHER_LINK.isdisjoint(token.stem for token in tokens) or _multiplied(tokens):
        return
    for at in rates:
        before = tokens[at - 1].sign if at else ""
        if before in _DIVIDES and any(first < at and _same_number(tokens[first], tokens[at]) for first in rates):
            yield "bits_as_bytes", (at, at + 1)
            return


def _is_of_several(tokens: Sequence[Token], at: int) -> bool:
    """Whether a rate is eight times what links of so many bits have together: "8 × 400 Gb/s, 3.2 TB/s in total"."""
    total = tokens[at].figure
    if total is None or at < _FEWEST or any(token.sign == "=" for token in tokens[:at]):
        return False  # an equation is its own proof
    for count, sign, each in zip(tokens, tokens[1:], tokens[2:at], strict=False):
        if count.figure and each.figure and count.figure.is_count and sign.sign in ("×", "*", "x"):
            together = count.figure.value * each.figure.value
            in_bits = each.figure.quantity.unit.dimension == BYTE_RATE and "bit" in each.figure.quantity.unit.symbol
            if in_bits and total.value == together * _BITS and "bit" not in total.quantity.unit.symbol:
                return True
    return False


def _same_number(bits: Token, taken: Token) -> bool:
    """Whether two rates are one number, of bits and of bytes."""
    return bits.figure is not None and taken.figure is not None and taken.figure.value == bits.figure.value * _BITS


def _multiplied(tokens: Sequence[Token]) -> bool:
    """Whether eight of anything are counted."""
    return any(token.figure and token.figure.is_count and token.figure.value == _BITS for token in tokens)
