"""Mentions of beliefs about parallelism that are wrong whatever the figures: what saves, divides or shortens nothing.

A sentence is read with what its pronoun stands for: the sentence before it, or the label of its row.  What is denied,
doubted or told of others is no belief of the plan.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from stratc.frontends.markdown.concepts.beliefs_of_bubbles import BUBBLES
from stratc.frontends.markdown.concepts.beliefs_of_memory import MEMORY
from stratc.frontends.markdown.concepts.beliefs_of_sparsity import SPARSITY
from stratc.frontends.markdown.concepts.beliefs_of_states import SAVED_STATES
from stratc.frontends.markdown.concepts.beliefs_of_time import TIMES
from stratc.frontends.markdown.concepts.beliefs_of_traffic import TRAFFIC
from stratc.frontends.markdown.document.asides import role_before
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.likely import Likely
from stratc.frontends.markdown.document.saying import say
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stratc.frontends.markdown.concepts.belief import Belief
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

BELIEFS = (*MEMORY, *SAVED_STATES, *SPARSITY, *TIMES, *BUBBLES, *TRAFFIC)
_SUBJECTS = frozenset(f"mention.{belief.concept}" for belief in BELIEFS)
_LIKELY = Likely((belief, belief.said.words) for belief in BELIEFS)
_MARKS = str.maketrans("，。；：？！（）、’", ",.;:?!(),'")
_BLANKS = re.compile(r"\s+")
_PRONOUN = Pattern(
    r"\W*(?:it|this|that|they|these|both|which|its|their|the latter|each layer|every layer|它|这|其|该)(?!\w)"
)
_DOUBT = Pattern(
    r"\?\s*$|\b(?:myth|misconception|misunderst\w+|believe[sd]?|belief|people|some say|someone|often said"
    r"|mistaken(?:ly)?"
    r"|wrong(?:ly)?|false|untrue|claim(?:s|ed)?|contrary|argue[sd]?|thought|hope[sd]?|vendor|marketing|supposed"
    r"|allegedly"
    r"|pretend\w*|as if|incorrect\w*|asked|nobody|no one|error|naive\w*|temptation|tempting)\b"
    r"|误以为|以为|误解|误区|有人|并非|不是说|说法|错误|不对|吗|传言|据说|声称|不成立"
)
_BEFORE = Pattern(
    r"\b(?:not|no|never|nor|neither|\w+n't|cannot|without|if|unless|whether|hardly|instead of|rather than|unlike|than"
    r"|avoid\w*)\b[^,;:.]*$|(?:不(?!用|选|采|够|行)|没|无法|未|并非)[^,;:.]{0,12}$"
)
_JOINED_KIND = Pattern(
    r"(?:\b(?:tp|tensor[- ]parallel\w*|pp|pipeline[- ]parallel\w*|ep|expert[- ]parallel\w*|cp|dp|zero|fsdp)[ -]?=? ?\d*"
    r"|张量并行|流水线?并行|专家并行|数据并行)\s*(?:[×x*+&,/-]|and|with|plus|和|与|加|配合)\s*(?:the )?$"
)
_REMOVED = Pattern(
    r"(?:\b(?:dropp?ing|dropped|removing|skipping|avoiding|abandoning|giving up|leaving out|replacing|without|no"
    r"|disabling)(?: the| a| our| any| all)*|取消|去掉|放弃|关闭) ?$"
)
_AFTER = Pattern(
    r"[^,;.]{0,30}(?:\b(?:is|are|would be) (?:wrong|false|a myth|not)|不成立|是错|不可能)"
    r"|\s*(?:×|\+|x) ?(?:tp|pp|ep|cp|tensor)"
)
_REFUTED = Pattern(
    r"\W*(?:that(?:'s| is| was) (?:not|wrong|false|a myth|un)|this is (?:not|wrong|false)|not so\b|wrong\b"
    r"|false\b|in fact\b"
    r"|in truth\b|it (?:does not|doesn't|cannot|is not)\b|no[,:]|(?:但|其实|事实上|实际上)|不对|错)"
)
_NUMBERS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8, "twelfth": 12, "sixteenth": 16}


def beliefs(said: Sequence[Sentence], statements: Iterable[Statement]) -> Iterator[Statement]:
    """Statements "mention.…" of wrong beliefs, each at the words that say it, but for those that are made already."""
    made = {(each.subject, each.context) for each in statements if each.subject in _SUBJECTS}
    whole = cache(lambda: "\n".join(each.low for each in said))
    fits = cache(lambda belief: _is_in_place(belief, whole()))
    for at, sentence in enumerate(said):
        if sentence.block.kind is Kind.HEADING or sentence.block.language or not sentence.tokens:
            continue
        before = _before(said[at - 1] if at else None, sentence)
        low = f"{before}{_plain(sentence.low)}"
        told = set()
        for belief in _LIKELY.of(low):
            found = None if belief.concept in told else belief.said.search(low)
            if found is None or _is_other(belief, low, found) or _is_refuted(said, at) or not fits(belief):
                continue
            told.add(belief.concept)
            place = (found.start() - len(before), found.end() - len(before))
            mention = replace(_mention(sentence, belief.concept, *place), cause=found.groupdict().get("stages") or "")
            if (mention.subject, mention.context) not in made:
                yield mention


def _is_in_place(belief: Belief, whole: str) -> bool:
    """Whether the document has what a belief must stand beside, and nothing that makes it right."""
    return belief.beside.search(whole) is not None and not belief.absent.search(whole)


def _plain(low: str) -> str:
    """A text with the marks of Chinese in Latin, and one blank where several stand."""
    return _BLANKS.sub(" ", low.translate(_MARKS))


def _written(text: str, at: int) -> int:
    """Where in a text the character stands that is at an index of its plain form."""
    index = plain = 0
    while index < len(text) and plain < at:
        blank = text[index].isspace()
        index += 1
        while blank and index < len(text) and text[index].isspace():
            index += 1
        plain += 1
    return index


def _before(last: Sentence | None, sentence: Sentence) -> str:
    """What a sentence goes on from: the label of its row, or the sentence before it where a pronoun stands for that."""
    if sentence.block.kind is Kind.CELL:
        return f"{sentence.key_text} : " if sentence.key_text else ""
    follows = last is not None and last.block.start == sentence.block.start and last.end <= sentence.start
    if last is None or not follows or not _PRONOUN.match(sentence.low):
        return ""
    return f"{_plain(last.low).rstrip(' .;')} : "


def _is_other(belief: Belief, low: str, found: re.Match[str]) -> bool:
    """Whether something else is meant than what a belief says, or nothing is said at all."""
    if belief.unless.search(low) or _DOUBT.search(low) or _AFTER.match(low, found.end()):
        return True
    ahead = low[: found.start()]
    return bool(
        _BEFORE.search(ahead) or _REMOVED.search(ahead) or _JOINED_KIND.search(ahead)
    ) or not _is_share_of_degree(found)


def _is_share_of_degree(found: re.Match[str]) -> bool:
    """Whether the share that is said to be left is one over the degree, where both are given."""
    groups = found.groupdict()
    degree, share, named = groups.get("degree"), groups.get("share"), groups.get("named")
    part = int(share) if share else _NUMBERS.get(named or "", 0)
    return not (degree and part) or int(degree) == part


def _is_refuted(said: Sequence[Sentence], at: int) -> bool:
    """Whether the next sentence takes back what this one says."""
    after = said[at + 1] if at + 1 < len(said) else None
    beside = after is not None and after.block.start == said[at].block.start
    return bool(beside and after and _REFUTED.match(_plain(after.low)))


def _mention(sentence: Sentence, concept: str, first: int, end: int) -> Statement:
    start, end = _written(sentence.text, max(0, first)), _written(sentence.text, end)
    while start < end and sentence.text[start].isspace():
        start += 1
    place = (sentence.start + start, sentence.start + end)
    index = next((n for n, token in enumerate(sentence.tokens) if token.start >= place[0]), 0)
    role = role_before(sentence.tokens, index)
    return say(sentence, f"mention.{concept}", sentence.text[start:end], place, role=role)
