"""Sizes and times that words hold against another: "26 GB … does not fit into 40 GB", "47 GB, well below the 40 GB"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.unit import BYTE, REQUEST_RATE, SECOND, TOKEN_RATE
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.frontends.markdown.words.vocabulary import DEVICES, words
from stratc.ir.scope import Role
from stratc.ir.statement import Goal, Per, Relation
from stratc.text.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_ROOM = words("fit")
_LESS = words("within below under inside")
_LESS_THAN = words("less lower shorter smaller faster quicker")
_MORE_THAN = words("more longer greater higher larger slower")
_MEETS = words("meet meeting satisfy satisfie fulfil respect")
_RATES = (TOKEN_RATE, REQUEST_RATE)
_MORE = words("exceed exceeding above beyond")
_NOT = words("not cannot never no hardly")
_OTHERS = words(  # other amounts that count, a condition, or something else that is compared
    "plus with together both beside alongside after before than without saved save saving but while or versus "
    "vs against from increase grow reduce two three four copy replica instance twice model must should could unless "
    "until whether keep remain target limit threshold alert goal rather instead minus add another extra "
    "also free left spare if when cache"
)
_OTHER_CASES = words(
    "plus without than if when but or versus vs against must should could would unless until whether target limit "
    "threshold alert goal before after from saved instead rather spare"
)
_LINKS = words(
    "the a an one single our its of memory in into on to inside within under budget capacity gpu "
    "limit ceiling cap slo usable available per each vram hbm promised agreed allowed permitted contractual requested "
    "required maximum latency time ttft tpot"
)
_AMOUNTS = (BYTE, SECOND, *_RATES)
_IS = words("is are take stay remain was clearly still well")
_COMPARED = _LESS_THAN | _MORE_THAN
_RELATIONS = {
    **dict.fromkeys(_ROOM | _LESS | _LESS_THAN | _MEETS, Relation.AT_MOST),
    **dict.fromkeys(_MORE | _MORE_THAN, Relation.MORE),
}
_WHOLES = words("sum total together altogether 合计 总计")
_FAR = 12  # tokens between the figure and the words that hold it to another
_CLEAR = 0.85  # of the room; what is said not to fit may leave out what else is held
_PREFIXES = 1.08  # of decimal and binary prefixes


def fits(sentence: Sentence) -> Iterator[Statement]:
    """Statements "comparison" of an amount that words call smaller or larger than another, or say to fit into it."""
    tokens = sentence.tokens
    for at, token in enumerate(tokens):
        found = _relation(tokens, at) if token.stem in _RELATIONS else None
        if found is None:
            continue
        left, right = _before(tokens, at), _after(tokens, at + (token.stem in _COMPARED))
        if left is None or right is None:
            continue
        one, other = tokens[left].figure, tokens[right].figure
        if one is None or other is None or one.quantity.dimension != other.quantity.dimension:
            continue
        each = [two.stem for two in tokens[right + 1 : right + 3]]
        of_each = other.per is Per.DEVICE or (len(each) == 2 and each[0] in ("a", "each") and each[1] in DEVICES)
        if of_each and not _WHOLES.isdisjoint(each.stem for each in (*sentence.key, *tokens[:left])):
            continue  # "40 GB in sum, which over two cards is just under 20 GB a card"
        if token.stem in _MEETS and one.quantity.dimension in _RATES:
            found = Relation.AT_LEAST
        if found is Relation.AT_LEAST and one.value >= _CLEAR * other.value:
            continue
        if (found is Relation.MORE and _CLEAR * other.value < one.value) or one.value <= 0:
            continue
        if found is Relation.AT_MOST and one.value <= _PREFIXES * other.value:
            continue
        said = say(sentence, "comparison", one.value, (one.start, one.end), figure=one, role=Role.PLAN)
        goal = Goal(found, other.quantity, Span(sentence.source, other.start, other.end))
        yield replace(said, goal=goal)


def _relation(tokens: Sequence[Token], at: int) -> Relation | None:
    """What words say of the amount before them: AT_MOST fits or is less, MORE exceeds or does not fit."""
    word = tokens[at].stem
    denied = any(token.stem in _NOT for token in tokens[max(0, at - 3) : at])
    if word in _ROOM:
        return Relation.MORE if denied else Relation.AT_MOST
    than = at > 0 and tokens[at - 1].stem in _IS and [token.stem for token in tokens[at + 1 : at + 2]] == ["than"]
    return None if denied or (word in _COMPARED and not than) else _RELATIONS.get(word)


def _before(tokens: Sequence[Token], at: int) -> int | None:
    """The index of the only amount before the words, with nothing between that counts besides."""
    between = set[str]()
    for index in range(at - 1, max(-1, at - _FAR), -1):
        token = tokens[index]
        if token.figure is not None and not token.figure.is_count:  # not "with all 24 slots busy"
            amount = token.figure.quantity.dimension in _AMOUNTS and not token.figure.quantity.is_range
            sure = relation_before(tuple(tokens), index) is Relation.IS and not _is_part(tokens, index)
            free = between.isdisjoint(_OTHERS if token.figure.quantity.dimension == BYTE else _OTHER_CASES)
            return index if amount and sure and free else None
        if token.sign and token.sign not in ",()，":
            return None
        between.add(token.stem)
    return None


def _is_part(tokens: Sequence[Token], at: int) -> bool:
    """Whether a figure is one of several, or of several copies: "8 × 26 GB", "two copies of 26 GB"."""
    before = tokens[max(0, at - 4) : at]
    return any(each.stem in _OTHERS or each.sign in ("×", "*", "/", "÷", "+") for each in before)


def _after(tokens: Sequence[Token], at: int) -> int | None:
    """The index of the amount right after the words, which nothing multiplies or divides."""
    for index in range(at + 1, min(len(tokens), at + _FAR)):
        token = tokens[index]
        if token.figure is not None:
            rest = tokens[index + 1 : index + 2]
            worked = rest and (rest[0].sign in ("×", "*", "/", "÷", "+", "-") or rest[0].stem in ("x", "of", "more"))
            several = token.figure.quantity.is_range or token.figure.more
            joined = any(each.stem in _OTHERS for each in tokens[index + 1 : index + 6])
            return None if worked or several or joined else index
        if token.sign or token.stem not in _LINKS:
            return None
    return None
