"""Where a chain of equations goes on to something else: "= 9000 tokens = 2 GB", "= $17 / h = $12,400 per month"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.arith.term import Apply
from stratc.arith.unit import COUNT, FLOP, SECOND, SEQUENCE, TOKEN
from stratc.frontends.markdown.words.vocabulary import DEVICES, words
from stratc.frontends.markdown.workings.operand import Operand

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token

_COUNTED = (TOKEN, SEQUENCE)
_MACHINES = words("node server machine host box 台 节点 机")
_SEQUENCES = words("sequence seq sample 序列 样本 条 条序列")
_HOLDERS = DEVICES | _MACHINES
_PERIODS = words("sec second min minute h hr hour day week month year yr")
_PER = frozenset(("per", "a", "an", "each", "every"))


def is_new(sentence: Sentence, before: Operand | Apply | None, result: Operand) -> bool:
    """Whether a result after another one is no more of the working before both."""
    if not isinstance(before, Operand):
        return False
    return (
        _is_converted(before, result)
        or _is_of_next_line(sentence, before, result)
        or _is_of_other_period(sentence.tokens, before.at, result.at)
        or _is_of_each(sentence.tokens, before.at, result.at)
    )


def _is_converted(before: Operand, result: Operand) -> bool:
    """Whether what was counted becomes something else: "= 9000 tokens = 2 GB", "= 64 sequences = 262144 tokens"."""
    if before.figure is None or result.figure is None:
        return False
    if before.figure.times and not result.figure.times:
        return True  # "≈ 9.6× = 9,800 GPUs"
    ends = before.figure.quantity.dimension, result.figure.quantity.dimension
    if before.unit != result.unit and ends[0] == ends[1] != COUNT and before.figure.quantity.agrees(result.value):
        return True  # "= 1,301 h = 54.2 days", the same again
    kinds = _nouns(before), _nouns(result)
    if any(one & DEVICES and other & _MACHINES for one, other in (kinds, kinds[::-1])):
        return True  # "= 64 GPUs = 8 nodes"
    if before.words and before.unit is None and ends[1].uncounted != COUNT:
        return True  # "= 648 checkpoints = 3,674 TB"
    if result.words and result.unit is None and ends[0].uncounted != COUNT:
        return True  # "= 11,667 h = 16 months"
    if _nouns(before) & _SEQUENCES and ends[1] == TOKEN:
        return True
    return (ends[0] in _COUNTED or ends == (FLOP, SECOND)) and ends[1] not in (ends[0], COUNT)


def _nouns(counted: Operand) -> set[str]:
    return {word.stem for word in counted.words}


def _is_of_next_line(sentence: Sentence, before: Operand, result: Operand) -> bool:
    """Whether a line with a label of its own begins after the side before: lines of a calculation that is indented."""
    between = sentence.text[before.span[1] - sentence.start : result.span[0] - sentence.start]
    return "\n" in between and bool(between.rpartition("\n")[2].partition("=")[0].strip())


def _is_of_other_period(tokens: Sequence[Token], before: int, result: int) -> bool:
    """Whether a result is counted for another time than the one before: "= $17 / h = $12,400 per month"."""
    periods = _counted_for(tokens, before), _counted_for(tokens, result)
    return _PERIODS.issuperset(periods) and periods[0] != periods[1]


def _is_of_each(tokens: Sequence[Token], before: int, result: int) -> bool:
    """Whether a result is that of each device or machine, after the one of all: "= 98,000 tokens/s = 1,020 per GPU"."""
    return _counted_for(tokens, result) in _HOLDERS and not _counted_for(tokens, before)


def _counted_for(tokens: Sequence[Token], at: int) -> str:
    """What the figure at an index is counted for, if words right after it say so."""
    after = tokens[at + 1 : at + 3]
    counted = len(after) == 2 and (after[0].sign == "/" or after[0].stem in _PER)
    return after[1].stem if counted else ""
