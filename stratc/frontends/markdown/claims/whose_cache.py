"""Whose key-value cache a size is: that of one prompt, "a prompt carries 1 GB", or what a sentence only sends."""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from stratc.arith.unit import TOKEN
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.statement import Per

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_ONE = words("a an one each every per single")
_SEQUENCES = words("prompt request sequence conversation session user record document chat dialogue")
_SENDING = words(
    "send sent sending transfer transferred transferring move moved moving ship shipped shipping migrate migrated "
    "migrating pull pulled push pushed copied handover handoff"
)
_COMPOUNDS = words("rate batch size length queue stream load mix level count pool per mode limit")
_KILO = 1e3
_BETWEEN = 3  # words between "a" and what it counts: "a mean 4K-token request"


def of_one_sequence(sentence: Sentence, at: int) -> bool:
    """Whether the words before a size speak of one prompt or request and of no batch of them."""
    before = [token for token in (*sentence.key, *sentence.tokens[:at]) if token.sign != "-"]
    stems = [token.stem for token in before]
    several = any(token.many and token.stem in _SEQUENCES for token in before) or "batch" in stems
    return not several and any(
        not _ONE.isdisjoint(stems[max(0, n - 1 - _BETWEEN) : n])
        for n, token in enumerate(before)
        if token.stem in _SEQUENCES and _COMPOUNDS.isdisjoint(stems[n + 1 : n + 2])
    )


def is_sent(sentence: Sentence, at: int) -> bool:
    """Whether a sentence sends the bytes of a cache, or each device its part of those of one prompt."""
    clause = takewhile(lambda token: token.sign not in (";", "."), reversed(sentence.tokens[:at]))
    told = [*clause, *sentence.tokens[at + 1 : at + 8]]
    return not _SENDING.isdisjoint(token.stem for token in told)


def of_its_sequence(sentence: Sentence, at: int, said: Statement | None) -> Statement | None:
    """A claim, a size of cache as that of the sequence it is counted for; none where it is of no batch."""
    if said is None or said.subject != "memory.kv_cache":
        return said
    per = _whose(sentence, at, said.per)
    return None if per is None else replace(said, per=per)


def _whose(sentence: Sentence, at: int, per: Per) -> Per | None:
    """What a size of cache is counted for, where nothing beside it says; None for what is of no batch."""
    if per not in (Per.UNSAID, Per.DEVICE):
        return per
    if of_one_sequence(sentence, at):
        shared = per is Per.DEVICE or [token.stem for token in sentence.tokens[at + 1 : at + 2]] == ["each"]
        return None if shared or _says_length(sentence.tokens[:at]) else Per.SEQUENCE
    return None if is_sent(sentence, at) else per


def _says_length(tokens: Sequence[Token]) -> bool:
    """Whether the prompt has a length of its own, which need not be that of the plan: "a 32K prompt"."""
    return any(
        token.figure and (token.figure.quantity.dimension == TOKEN or token.figure.quantity.unit.scale == _KILO)
        for token in tokens
    )
