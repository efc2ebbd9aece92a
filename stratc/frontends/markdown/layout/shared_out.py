"""How experts and parts are dealt out in words: "4 experts per node", "1:1 mapping of parts to GPUs"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.quantity import Quantity
from stratc.frontends.markdown.document.notations import count_at
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.words.vocabulary import DEVICES, words
from stratc.ir.statement import Per
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_ONE_TO_ONE = r"(?i)(?<![\d:.])1 ?: ?1(?![\d:.])|\bone[- ]to[- ]one\b|一一对应|一对一"
_PARTS = {
    **dict.fromkeys(words("part partition module division shard 分区"), "part"),
    **dict.fromkeys(words("expert 专家"), "expert"),
}
_NODES = words("node server host machine")
_KINDS = words("routed moe different local distinct")
_DENIED = words("not no never without instead cannot backup replica shared layer")
_EP = r"(?:EP|expert[- ]parallel(?:ism)?)"
_GROUPS = (  # compiled when a sentence speaks of experts and groups
    rf"(?i)(?<![\d.,])(?P<before>\d+) (?:[a-z]+ )?experts? (?:per|in each|in every|in one|/) ?{_EP}[- ]group\b"
    rf"|\b(?:each|every|per|one) {_EP}[- ]group\b[^.;\n\d]{{0,20}}?\b(?P<each>\d+) (?:[a-z]+ )?experts?\b"
    rf"|\b{_EP}[- ]group #?\d+\b[^.;\n\d]{{0,14}}(?P<one>\d+) (?:[a-z]+ )?experts?\b"
    rf"|\bexperts? per {_EP}[- ]group\b[^.;\n\d]{{0,6}}(?P<label>\d+)(?![\d.,])"
)
_BARE = r"(?i)(?<![\d.,])(?P<before>\d+) (?:[a-z]+ )?experts? per group\b"
_STAGE = r"(?:pipeline |PP )?stage\b"
_STAGES = Pattern(
    rf"(?i)(?<![\d.,])(?P<before>\d+) (?:[a-z]+ )?experts? (?:per|in each|in every|on each|for each) {_STAGE}"
    rf"|\bexperts? per {_STAGE}(?:[^.;\n=]{{0,30}}=\s*|\W{{1,6}})(?P<label>\d+)(?![\d.,]|\s*[×÷/*x])"
    rf"|\b(?:each|every|one) {_STAGE} (?:then )?(?:holds|has|hosts|gets|contains|stores|keeps) (?:only )?"
    r"(?P<each>\d+)(?: of the \d+)? (?:[a-z]+ )?experts?\b(?! (?:per|in each|of each) layer)",
    "expert",
    "stage",
    "expert per|experts per|in each|in every|on each|for each|holds|has|hosts|gets|contains|stores|keeps",
)
_LABELS = frozenset(("expert per node", "expert per server", "expert per host", "expert / node"))
_NEAR = 6  # words between "each node" and its experts


def shared_out(sentence: Sentence) -> Iterator[Statement]:
    """Claims "experts.node", "experts.group", "experts.stage", and the concept of parts that have a device each."""
    stems, labels = sentence.stems, sentence.key_stems
    if "expert" in stems and not stems.isdisjoint(_NODES):
        yield from _of_nodes(sentence)
    elif sentence.key_text in _LABELS and len(sentence.value) == 1:
        yield from _of_label(sentence)
    counted = sentence.has_digit and "expert" in stems
    if counted and ("group" in stems or "group" in labels):
        yield from _of_groups(sentence)
    if counted and ("stage" in stems or "stage" in labels):
        yield from _of_stages(sentence)
    kinds = {_PARTS[stem] for stem in stems if stem in _PARTS}
    if not kinds or stems.isdisjoint(DEVICES) or not stems.isdisjoint(_DENIED):
        return
    match = re.search(_ONE_TO_ONE, sentence.text)
    if match is None:
        return
    if len(kinds) == 1:
        place = (sentence.start + match.start(), sentence.start + match.end())
        yield replace(say(sentence, "mention.one_part_per_device", match[0], place), cause=kinds.pop())


def _of_groups(sentence: Sentence) -> Iterator[Statement]:
    """ "16 experts per EP group", "EP group 0: 16 experts"; a bare group is one where the sentence names the degree."""
    if not re.search(rf"(?i)\b{_EP}", sentence.text):
        return
    for match in (*re.finditer(_GROUPS, sentence.text), *re.finditer(_BARE, sentence.text)):
        kind = match.lastgroup or "before"
        place = (sentence.start + match.start(kind), sentence.start + match.end(kind))
        said = say(sentence, "experts.group", float(match[kind]), place)
        yield replace(said, quantity=Quantity.of(float(match[kind])))


def _of_stages(sentence: Sentence) -> Iterator[Statement]:
    """ "16 experts per stage", "Experts per stage: 64 / 4 = 16", "each stage holds 16 of the 64 experts"."""
    if found := _STAGES.search(sentence.text):
        kind = found.lastgroup or "before"
        place = (sentence.start + found.start(kind), sentence.start + found.end(kind))
        said = say(sentence, "experts.stage", float(found[kind]), place, per=Per.STAGE)
        yield replace(said, quantity=Quantity.of(float(found[kind])))


def _of_nodes(sentence: Sentence) -> Iterator[Statement]:
    tokens = sentence.tokens
    for at, token in enumerate(tokens):
        figure = count_at(tokens, at)
        noun = at + 1 + (at + 1 < len(tokens) and tokens[at + 1].stem in _KINDS)
        if figure is None or figure.quantity.is_range or noun >= len(tokens) or tokens[noun].stem != "expert":
            continue
        if _per_node(tokens, noun) or _each_node(tokens, at):
            place = (token.start, token.end)
            said = say(sentence, "experts.node", figure.value, place, figure=figure, per=Per.NODE)
            yield replace(said, quantity=Quantity.of(figure.value), relation=relation_before(tokens, at))


def _of_label(sentence: Sentence) -> Iterator[Statement]:
    """The bare count in a row "experts per node"."""
    token = sentence.value[0]
    if token.figure is not None and token.figure.is_count and not token.figure.quantity.is_range:
        said = say(
            sentence, "experts.node", token.figure.value, (token.start, token.end), figure=token.figure, per=Per.NODE
        )
        yield replace(said, quantity=Quantity.of(token.figure.value))


def _per_node(tokens: Sequence[Token], noun: int) -> bool:
    """ "4 experts per node", "4 experts on every server"."""
    after = [token.stem or token.sign for token in tokens[noun + 1 : noun + 4]]
    after = after[1:] if after[:1] in (["on"], ["in"]) else after
    return after[:1] in (["per"], ["each"], ["every"], ["/"]) and after[1:2] != [] and after[1] in _NODES


def _each_node(tokens: Sequence[Token], at: int) -> bool:
    """ "each node holds 4 experts"."""
    for index in range(at - 1, max(0, at - _NEAR), -1):
        if tokens[index].sign or tokens[index].figure:
            return False
        if tokens[index].stem in _NODES:
            return tokens[index - 1].stem in ("each", "every", "per")
    return False
