"""How long a training run takes and how many tokens it sees: "1T tokens in 21 days"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.unit import COUNT, SECOND, TOKEN, TOKEN_RATE, Unit
from stratc.frontends.markdown.document.asides import role_before
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.words.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_TRAINING = words("train training trained pretrain pretraining 训练 预训练")
_RUN = words(
    "time duration take finish finishe finished complete completed wall wallclock clock run last "
    "estimated expected total for in about within 训练时间 训练时长 耗时 总时间"
)
_CORPUS = words("corpus dataset data token budget training pretraining train 训练数据 语料")
_NO_RUN = words(
    "checkpoint every interval recovery restart failure warmup step iteration epoch each per inference "
    "serving sla fine finetuning base mtbf mtb lost"
)
_WORDS = re.compile(r"[\s/-]+")
_LABEL = words(
    "total estimated expected planned run wall clock wallclock time duration 耗时 总时间"
)  # below "Training"
_TAKES = words("day week to for all of on the consume process see read go through needed need over")
_TOKENS = words("token")
_ENDS = words("finish finishe finished complete completed done")
_SHORTEST = 3600.0
_DAY = 86400.0
_FEWEST = 1e9
_MANY = 1e11  # tokens that are a whole corpus without a word for it
_PART = words("first last after ramp day week month stage so far remaining ablation")
_RATED = words("throughput speed rate per second 吞吐 吞吐量")


def training_runs(sentence: Sentence) -> Iterator[Statement]:
    """Statements "latency.training" and "tokens.training" of a sentence about a whole run, and the rate it goes at."""
    labelled = bool(sentence.key_stems & _TOKENS)
    kinds = {token.figure.quantity.dimension for token in sentence.tokens if token.figure is not None}
    if not (SECOND in kinds or TOKEN in kinds or (labelled and COUNT in kinds)):
        return
    here = {token.stem for token in (*sentence.key, *sentence.tokens, *sentence.header)}
    above = {
        word.strip("*:#.").lower() for title in (*sentence.scope.path, *sentence.lead) for word in _WORDS.split(title)
    }
    if here & _NO_RUN or not _is_said(here | above):
        return
    of_corpus = _is_of_corpus(sentence)
    whole = any(token.figure and _is_corpus(token.figure, set()) for token in sentence.tokens)
    for at, token in enumerate(sentence.tokens):
        figure = _in_tokens(token.figure) if labelled and token.figure is not None else token.figure
        if figure is None or role_before(sentence.tokens, at) is not None:
            continue
        long = figure.quantity.dimension == SECOND and figure.quantity.low >= _SHORTEST
        many = _is_corpus(figure, set() if of_corpus else here)
        if many and not here & _RATED and (rate := _rate_after(sentence, at)):
            place = (rate.start, rate.end)
            yield say(sentence, "throughput.tokens", rate.value, place, figure=rate)
        said = (_is_said(here) or whole or _is_labelled(sentence, figure)) and here & _RUN
        if (long and (said or (of_corpus and figure.quantity.unit.scale >= _DAY))) or many:
            claim = say(
                sentence,
                "latency.training" if long else "tokens.training",
                figure.value,
                (token.start, token.end),
                figure=figure,
                relation=relation_before(sentence.tokens, at),
            )
            yield replace(claim, quantity=figure.quantity)


def _in_tokens(figure: Figure) -> Figure:
    """A bare count of a label on tokens, large enough for a corpus: "Tokens: 1.2T"."""
    unit = figure.quantity.unit
    if unit.dimension != COUNT or unit.scale < _FEWEST or figure.value < _MANY:
        return figure
    counted = Unit(f"{unit.symbol} tokens", unit.scale, TOKEN)
    return figure._replace(quantity=replace(figure.quantity, unit=counted))


def _is_labelled(sentence: Sentence, figure: Figure) -> bool:
    """Whether a time in days is that of the run: "Duration: 19 days" below "Training", "Finish within 14 days"."""
    if figure.quantity.unit.scale < _DAY:
        return False
    label = sentence.key_stems
    ends = sentence.stems & _ENDS and "within" in sentence.stems
    return (bool(label) and label <= _LABEL) or bool(ends and not label)


def _is_of_corpus(sentence: Sentence) -> bool:
    """Whether the label of a time in days is the tokens of the run: "15T tokens: 107 days", "Days to see 2T tokens"."""
    named = any(token.figure and _is_corpus(token.figure, set()) for token in sentence.key)
    days = (token.figure.quantity.unit.scale >= _DAY for token in sentence.value if token.figure)
    return named and sentence.key_stems - {""} <= _LABEL | _CORPUS | _TAKES and any(days)


def _is_corpus(figure: Figure, here: set[str]) -> bool:
    """Whether a figure counts the tokens of a whole run."""
    if figure.quantity.dimension != TOKEN or figure.quantity.low < _FEWEST:
        return False
    return bool(here & _CORPUS) or (figure.quantity.low >= _MANY and not here & _PART)


def _rate_after(sentence: Sentence, at: int) -> Figure | None:
    """The rate at which the tokens before it go: "1T tokens at 1.2M tokens/s"."""
    after = sentence.tokens[at + 1 : at + 3]
    goes = len(after) == 2 and (after[0].stem == "at" or after[0].sign == "@")
    rate = after[1].figure if goes else None
    return rate if rate is not None and rate.quantity.dimension == TOKEN_RATE and not rate.per.value else None


def _is_said(stems: set[str]) -> bool:
    return bool(_TRAINING & stems) or any(each.startswith(("训练", "预训练")) for each in stems)
