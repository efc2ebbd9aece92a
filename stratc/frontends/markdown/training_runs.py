"""How long a training run takes and how many tokens it sees: "1T tokens in 21 days"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.unit import SECOND, TOKEN
from stratc.frontends.markdown.asides import role_before
from stratc.frontends.markdown.saying import relation_before, say
from stratc.frontends.markdown.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.sentences import Sentence
    from stratc.ir.statement import Statement

_TRAINING = words("train training trained pretrain pretraining 训练 预训练")
_RUN = words(
    "time duration take takes finish finishe finished complete completes completed wall wallclock clock run last "
    "estimated expected total for in about within 训练时间 训练时长 耗时 总时间"
)
_CORPUS = words("corpus dataset data tokens token budget training pretraining train 训练数据 语料")
_NO_RUN = words(
    "checkpoint checkpoints every interval recovery restart failure warmup step iteration epoch each per inference "
    "serving sla fine finetuning base mtbf mtb lost"
)
_WORDS = re.compile(r"[\s/-]+")
_SHORTEST = 3600.0
_FEWEST = 1e9


def training_runs(sentence: Sentence) -> Iterator[Statement]:
    """Statements "latency.training" and "tokens.training" of a sentence about a whole run."""
    if not any(token.figure and token.figure.quantity.dimension in (SECOND, TOKEN) for token in sentence.tokens):
        return
    here = {token.stem for token in (*sentence.key, *sentence.tokens, *sentence.header)}
    above = {
        word.strip("*:#.").lower() for title in (*sentence.scope.path, *sentence.lead) for word in _WORDS.split(title)
    }
    if here & _NO_RUN or not _is_said(here | above):
        return
    for at, token in enumerate(sentence.tokens):
        figure = token.figure
        if figure is None or role_before(sentence.tokens, at) is not None:
            continue
        long = figure.quantity.dimension == SECOND and figure.quantity.low >= _SHORTEST
        many = figure.quantity.dimension == TOKEN and figure.quantity.low >= _FEWEST
        if (long and _is_said(here) and here & _RUN) or (many and here & _CORPUS):
            claim = say(
                sentence,
                "latency.training" if long else "tokens.training",
                figure.value,
                (token.start, token.end),
                figure=figure,
                relation=relation_before(sentence.tokens, at),
            )
            yield replace(claim, quantity=figure.quantity)


def _is_said(stems: set[str]) -> bool:
    return bool(_TRAINING & stems) or any(each.startswith(("训练", "预训练")) for each in stems)
