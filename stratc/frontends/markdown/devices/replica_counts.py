"""Replicas of the whole plan: "13 engines", "Copies: 4", "us-east runs 6 replicas, eu-central 4 and ap-south 2"."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from stratc.arith.quantity import Quantity
from stratc.arith.term import Apply, Literal
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.number_words import NUMBER_WORD, number
from stratc.frontends.markdown.document.saying import said_at
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import Role
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.arith.term import Term
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

METRIC = "replicas.run"
_WORDS = "replicas|instances|engines|copies"
_NOUN = rf"(?:{_WORDS})\b"
_ADJECTIVES = (
    r"(?:(?:identical|independent|equal|parallel|separate|model|serving|vLLM|SGLang|TensorRT-LLM|full|complete|such) )"
    r"{0,2}"
)
_NUMBER = rf"\d{{1,5}}|{NUMBER_WORD}"
_COUNTED = Pattern(
    rf"(?i)(?<![\w.,×/–-])(?P<n>{_NUMBER}) {_ADJECTIVES}{_NOUN}"
    r"(?! (?:per|a|each|on each|in each|on every|remain|left|fail|down"
    r"|of (?!the (?:model|engine|service)\b|it\b|this\b))\b)"
    r"(?P<more>(?:,? (?:and )?[A-Za-z][\w-]*(?: (?:runs|gets|has|hosts|with|takes))? \d{1,4}(?=,| and |[.;]|$))*)",
    _WORDS,
)
_LISTED = Pattern(
    rf"(?i)(?<![\w.×/–-])(?P<list>(?:(?:{_NUMBER}), )*(?:{_NUMBER}) and (?:{_NUMBER})) {_ADJECTIVES}{_NOUN}", _WORDS
)
_OF_A_PART = Pattern(
    r"(?i)\b(?:each|every|per|an?|node|nodes|lose[s]?|losing|fail\w*|spares?|standby|extra|more|another|additional|up|"
    r"least|most|if|could|would|may|might|max\w*|min\w*|instead|not|than|from|between|canary|shadow|experts?|"
    r"autoscal\w*|scal\w*|data|and|or|first|last|old|previous)\b[^.;:]*$"
)
_LABEL = words("replica instance engine copy copie number of count model serving the total independent server in all")
_NOUNS = words("replica instance engine copy copie")


def replica_counts(sentence: Sentence) -> Iterator[Statement]:
    """Statements "replicas.run" of the replicas that a sentence gives the plan; several in a list are added up."""
    if sentence.scope.role is not Role.PLAN or sentence.block.kind is Kind.HEADING:
        return
    figure = sentence.value[0].figure if sentence.value else None
    if sentence.key and figure is not None and figure.is_count and not figure.quantity.is_range and _is_label(sentence):
        yield _said(sentence, [figure.value], (figure.start - sentence.start, figure.end - sentence.start))
        return
    if sentence.block.kind is Kind.CELL:
        return
    if listed := _LISTED.search(sentence.text):
        counts = [number(each) for each in re.split(r", | and ", listed["list"])]
        yield _said(sentence, counts, listed.span("list"))
        return
    for match in _COUNTED.finditer(sentence.text):
        if not _OF_A_PART.search(sentence.text, 0, match.start()):
            more = [int(each) for each in re.findall(r"\d+(?=,| and|[.;]|$)", match["more"])]
            yield _said(sentence, [number(match["n"]), *more], (match.start("n"), match.end("more" if more else "n")))


def _is_label(sentence: Sentence) -> bool:
    """Whether a label names replicas and nothing else, its value a number alone."""
    stems = {token.stem for token in sentence.key if token.stem}
    alone = len(sentence.value) == 1 or sentence.value[1].sign in ("(", ",", ";")
    column = {token.stem for token in sentence.header if token.stem}
    return bool(stems & _NOUNS) and stems <= _LABEL and alone and "per" not in column


def _said(sentence: Sentence, counts: list[float] | list[int], place: tuple[int, int]) -> Statement:
    """A count, with its summands as its working where it has several."""
    said = said_at(sentence, METRIC, float(sum(counts)), place)
    said = replace(said, quantity=Quantity.of(sum(counts)))
    if len(counts) == 1:
        return said
    terms: list[Term] = [Literal(each) for each in counts]
    return replace(said, working=reduce(lambda left, right: Apply("+", left, right), terms))
