"""The expert-parallel degree that only words give: "Distribute 64 experts across 8 GPUs" below "Expert parallelism"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.notations import AXES, count_at
from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_SPREAD = words("distribute distributed distributing spread split place placed partition partitioned shard")
_ACROSS = words("across over among onto on")
_DEVICES = words("gpu rank")
_PARTED = words("each per every stage pipeline replica all")


def spread_experts(said: Iterable[Sentence], statements: Sequence[Statement]) -> Iterator[Statement]:
    """The degree, where the document gives none otherwise and its experts can be dealt out evenly."""
    if any(each.subject == "strategy.ep" for each in statements):
        return
    for sentence in said:
        titles = sentence.above[:1]
        about = AXES.inside(sentence.key) + [each for title in titles for each in AXES.inside(title.tokens)]
        if {key for key, _, _ in about} == {"strategy.ep"} and sentence.scope.role is Role.PLAN:
            at = _degree(sentence.tokens)
            figure = sentence.tokens[at].figure if at is not None else None
            if figure is not None:
                yield say(sentence, "strategy.ep", int(figure.value), (figure.start, figure.end), figure=figure)
                return


def _degree(tokens: Sequence[Token]) -> int | None:
    """The index of the devices in "distribute 64 experts across 8 GPUs"."""
    stems = [token.stem for token in tokens]
    if not set(stems) & _SPREAD or set(stems) & _PARTED or "expert" not in stems:
        return None
    noun = stems.index("expert")
    experts = count_at(tokens, noun - 1) if noun else None
    across = next((at for at in range(noun + 1, min(noun + 5, len(stems))) if stems[at] in _ACROSS), None)
    if experts is None or across is None or across + 2 >= len(tokens) or stems[across + 2] not in _DEVICES:
        return None
    devices = count_at(tokens, across + 1)
    even = devices is not None and 1 < devices.value <= experts.value and experts.value % devices.value == 0
    return across + 1 if even else None
