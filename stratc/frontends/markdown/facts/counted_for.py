"""What a figure is counted for: a device, a layer, a step."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.figures import counted_by
from stratc.frontends.markdown.document.saying import ARROWS
from stratc.ir.statement import Per

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token

_PARTS = frozenset(":;")  # between what is counted and the parts of it


def per_of(sentence: Sentence, at: int) -> Per:
    """What a figure is counted for, by the words after it or by its label.

    A slash in the unit comes first, then "per GPU" after the figure, then "per GPU" in the label.
    """
    figure = sentence.tokens[at].figure
    if figure is not None and figure.per is not Per.UNSAID:
        return figure.per

    following = list(
        takewhile(lambda token: not (token.figure or token.sign in _PARTS), sentence.tokens[at + 1 : at + 7])
    )
    end = at + 1 + len(following)
    if (
        len(following) == 3
        and following[0].sign in (",", *ARROWS)
        and any(each.figure for each in sentence.tokens[end : end + 1])
    ):
        following = []  # ", per GPU 3 GB" belongs to the next figure
    first = not any(token.figure for token in sentence.value if token.start < sentence.tokens[at].start)
    label = sentence.key if first else ()
    for tokens in (following, label):
        stems = [token.stem for token in tokens]
        if "per" in stems[:-1]:
            return counted_by(*[stem for stem in stems[stems.index("per") + 1 :] if stem][:2])
    if "total" in [token.stem for token in label]:
        return Per.TOTAL
    return Per.UNSAID


def outside_counts(label: Sequence[Token]) -> Sequence[Token]:
    """A label without brackets that count something of their own: "252 all-reduces (2 per layer)"."""
    opened = next((at for at, token in enumerate(label) if token.sign == "("), None)
    if opened is None or opened + 1 >= len(label) or label[opened + 1].figure is None:
        return label
    closed = next((at for at in range(opened, len(label)) if label[at].sign == ")"), len(label) - 1)
    return (*label[:opened], *label[closed + 1 :])


def until_figure(tokens: Sequence[Token]) -> Sequence[Token]:
    """The words before the next figure, which has a "per GPU" of its own: "26 GB, 3 GB per GPU", "; per GPU 3 GB"."""
    end = next((index for index, token in enumerate(tokens) if token.figure), len(tokens))
    belongs = 2 < end < len(tokens) and not tokens[0].stem and tokens[end - 2].stem == "per"
    return () if belongs else tokens[:end]
