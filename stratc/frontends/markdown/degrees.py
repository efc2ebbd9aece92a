"""Degrees of parallelism in every notation: TP=4, EP64_TP2_PP1, 4-way tensor parallelism, 8 EP × 2 TP × 4 PP."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stratc.frontends.markdown.asides import role_after, role_before
from stratc.frontends.markdown.blocks import Kind
from stratc.frontends.markdown.phrases import Phrases
from stratc.frontends.markdown.saying import say, usual
from stratc.frontends.markdown.sentences import Sentence, Token, tokens_of
from stratc.frontends.markdown.vocabulary import DEGREES
from stratc.ir.scope import Role, Topic

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.figures import Figure
    from stratc.ir.statement import Statement

AXES: Phrases[str] = Phrases((phrases, key) for key, phrases in DEGREES.items())
_SHORT = re.compile(r"(?:(?<=_)|^)(tp|pp|dp|ep|sp|cp|etp|vpp)(\d+)(?=_|$)")
_NAMES = {"tp": "strategy.tp", "pp": "strategy.pp", "dp": "strategy.dp", "ep": "strategy.ep", "sp": "strategy.sp"}
_NAMES |= {"cp": "strategy.cp", "etp": "strategy.expert_tp", "vpp": "strategy.vpp"}
_SIZES = frozenset("degree size world level dimension value count number factor".split())
_TIES = frozenset("= : - – — ( ： （".split())
_PRODUCT = frozenset("× * x ÷ / + · ) ( = , ; ✓ ✅ | ] ） 、".split())
_WAYS = frozenset("way stage fold degree 路 级".split())
_DEGREE_KEYS = frozenset(
    ("degree", "size", "configuration", "parallel degree", "parallel size", "parallelism degree", "decision", "setting")
)
_KEY_WORDS = frozenset(
    "module dimension strategy parallelism configuration level attention number of the in total primary secondary "
    "tertiary main layer inference our degree size way".split()
)
_COUNTED: Phrases[str] = Phrases(
    (
        ("pipeline stages|pipeline stage|pp stages|stage pipeline|pipeline parallel stages|个流水线阶段", "strategy.pp"),
        ("data parallel replicas|model replicas|dp replicas|independent replicas|replicas of the model", "strategy.dp"),
    )
)
_STAGE_KEYS = frozenset(
    ("pipeline stage", "pp stage", "number of stage", "number of pipeline stage", "total stage", "stage", "total pipeline stage")
)


def degrees(sentence: Sentence) -> Iterator[Statement]:
    """Statements of the degrees that a sentence gives; each names the figure itself."""
    tokens = sentence.tokens
    found: dict[tuple[str, int, int], tuple[str, int, tuple[int, int], int]] = {}
    for key, value, place, at in (
        *_compact(tokens), *_listed(tokens), *_tied(tokens), *_ways(tokens), *_of_product(tokens),
        *_stages(sentence), *_labelled(sentence),
    ):  # fmt: skip
        if 1 <= value <= 1_000_000:
            found.setdefault((key, place[0], value), (key, value, place, at))
    for key, value, place, at in found.values():
        role = _role(sentence, tokens, at)
        yield say(sentence, key, value, place, role=role)
        if key == "strategy.tp" and _inside_experts(sentence, at):
            yield say(sentence, "strategy.expert_tp", value, place, role=role)
    yield from _devices_of_expert(sentence)


def axis_of(text: str) -> str | None:
    """The one axis that a heading or label names; None for none or several.

    >>> axis_of("2. Tensor Parallelism (TP) - Secondary"), axis_of("Tensor + Pipeline Parallelism")
    ('strategy.tp', None)
    """
    found = {key for key, _, _ in AXES.inside(tokens_of(text, 0))}
    found |= {_NAMES[match[1]] for word in text.lower().split() for match in _SHORT.finditer(word.strip("()*:,"))}
    if len(found) != 1 or ("+" in text or "hybrid" in text.lower()):
        return None
    return found.pop()


_Found = tuple[str, int, tuple[int, int], int]


def _compact(tokens: Sequence[Token]) -> Iterator[_Found]:
    for at, token in enumerate(tokens):
        if not token.stem or not token.stem[-1].isdigit():
            continue
        if at + 1 < len(tokens) and tokens[at + 1].sign == "." and tokens[at + 1].start == token.end:
            continue
        for match in _SHORT.finditer(token.stem):
            place = (token.start + match.start(), token.start + match.end())
            yield _NAMES[match[1]], int(match[2]), place, at


def _axis_at(tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
    found = AXES.at(tokens, at) if tokens[at].stem else []
    return found[0] if found else None


def _listed(tokens: Sequence[Token]) -> Iterator[_Found]:
    """TP × PP = 8 × 1: as many figures as axes."""
    at = 0
    while at < len(tokens):
        axes: list[str] = []
        end = at
        while end < len(tokens) and (axis := _axis_at(tokens, end)):
            axes.append(axis[0])
            end = axis[1]
            if end < len(tokens) and tokens[end].sign in ("×", "*", "+", "/", ",") or end < len(tokens) and tokens[end].stem == "x":
                end += 1
        if len(axes) > 1 and end < len(tokens) and tokens[end].sign in ("=", ":"):
            figures = _joined(tokens, end + 1)
            if len(figures) == len(axes):
                for axis_name, index in zip(axes, figures, strict=True):
                    figure = tokens[index].figure
                    if figure and figure.is_count:
                        yield axis_name, int(figure.value), (figure.start, figure.end), index
        at = max(end, at + 1)


def _joined(tokens: Sequence[Token], at: int) -> list[int]:
    """Indices of figures joined by one sign."""
    found = []
    while at < len(tokens) and tokens[at].figure:
        found.append(at)
        if at + 1 < len(tokens) and (tokens[at + 1].sign in ("×", "*", "+", "/", ",") or tokens[at + 1].stem == "x"):
            at += 2
        else:
            break
    return found


def _tied(tokens: Sequence[Token]) -> Iterator[_Found]:
    """TP=4, TP (4), TP degree: 4, TP size of 4, tensor parallelism (TP) = 8, expert parallelism (8-way)."""
    for at in range(len(tokens)):
        axis = _axis_at(tokens, at)
        if axis is None:
            continue
        key, end = axis
        end, tie = _past_ties(tokens, end)
        figure = _count(tokens, end)
        if figure is None or figure.quantity.is_range:
            continue
        after = tokens[end + 1] if end + 1 < len(tokens) else None
        way = after is not None and after.sign == "-" and _is_way(tokens, end + 2)
        bare = after is None or after.sign in _PRODUCT
        if tie == "(" and not (way or (after is not None and after.sign in (")", "）"))):
            continue
        if tie in ("-", ":", "–", "—") and not (way or bare):
            continue
        if tie == "" and not bare:
            continue
        yield key, int(figure.value), (figure.start, figure.end), end


def _past_ties(tokens: Sequence[Token], end: int) -> tuple[int, str]:
    """The index after words and signs that may tie a degree to its axis, and the sign that did."""
    tie = ""
    while end < len(tokens):
        token = tokens[end]
        if token.sign in ("(", "（") and end + 2 < len(tokens) and _axis_at(tokens, end + 1):
            inner = _axis_at(tokens, end + 1)
            end = inner[1] if inner else end + 1
        elif token.sign in (")", "）") or token.stem in _SIZES:
            end += 1
        elif token.stem in ("of", "is", "to", "set") and tie == "":
            end, tie = end + 1, "of"
        elif token.sign in _TIES and tie in ("", "of"):
            end, tie = end + 1, token.sign
        else:
            break
    return end, tie


def _ways(tokens: Sequence[Token]) -> Iterator[_Found]:
    """4-way tensor parallelism, 2-way TP, 4-stage pipeline."""
    for at, token in enumerate(tokens):
        figure = _count(tokens, at)
        if figure is None or figure.quantity.is_range or at + 3 > len(tokens) - 1 or tokens[at + 1].sign != "-":
            continue
        if not _is_way(tokens, at + 2):
            continue
        if tokens[at + 2].stem == "stage" and tokens[at + 3].stem in ("pipeline", "pp"):
            yield "strategy.pp", int(figure.value), (figure.start, figure.end), at
            continue
        for index in range(at + 3, min(at + 6, len(tokens))):
            axis = _axis_at(tokens, index)
            if axis:
                yield axis[0], int(figure.value), (token.start, token.end), at
                break
            if not tokens[index].stem or tokens[index].stem in ("split", "sharding"):
                break


def _of_product(tokens: Sequence[Token]) -> Iterator[_Found]:
    """8 EP × 2 TP × 4 PP, 4 (EP) × 2 (TP)."""
    for at, token in enumerate(tokens[:-1]):
        figure = _count(tokens, at)
        if figure is None or figure.quantity.is_range:
            continue
        index = at + 2 if tokens[at + 1].sign == "(" and at + 2 < len(tokens) else at + 1
        axis = _axis_at(tokens, index)
        if axis is None:
            continue
        after = tokens[axis[1]] if axis[1] < len(tokens) else None
        if index == at + 2 and (after is None or after.sign != ")"):
            continue
        before = tokens[at - 1] if at else None
        joined = (before is not None and before.sign in "×*÷/+") or (after is not None and after.sign in "×*÷/+)" and after.sign)
        bounded = before is None or before.sign in _PRODUCT or before.sign in (":", "~") or before.stem == "x"
        if joined and bounded and (after is None or after.sign in _PRODUCT):
            yield axis[0], int(figure.value), (token.start, token.end), at


def _stages(sentence: Sentence) -> Iterator[_Found]:
    """4 pipeline stages; into 4 stages, where the section is about the pipeline."""
    tokens = sentence.tokens
    about = sentence.scope.topics[:1] == (Topic.PIPELINE,) or any(t.stem in ("pipeline", "pp") for t in tokens)
    for at in range(len(tokens) - 1):
        figure = _count(tokens, at)
        if figure is None or figure.quantity.is_range:
            continue
        counted = _COUNTED.at(tokens, at + 1)
        if counted and not _per(tokens, counted[0][1]) and not (at and tokens[at - 1].sign == "/"):
            yield counted[0][0], int(figure.value), (figure.start, figure.end), at
        elif about and tokens[at + 1].stem == "stage" and at and _parts(tokens[at - 1]) and not _per(tokens, at + 2):
            yield "strategy.pp", int(figure.value), (figure.start, figure.end), at


def _parts(token: Token) -> bool:
    return token.stem in ("into", "across", "over", "in", "pp", "with") or token.sign in ("÷", "/")


def _labelled(sentence: Sentence) -> Iterator[_Found]:
    """A label that names the axis, its value a figure: "**Tensor Parallelism (TP)**: 4-way"."""
    tokens = sentence.value
    offset = len(sentence.tokens) - len(tokens)
    if sentence.block.kind is Kind.HEADING or not sentence.key:
        yield from _heading(sentence)
        return
    key = _labelled_axis(sentence)
    at = next((i for i, t in enumerate(tokens) if t.sign not in ("~", "≈", "=") and t.stem not in _SIZES), None)
    if key is None or at is None or (figure := _count(tokens, at)) is None or figure.quantity.is_range:
        return
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    way = after is not None and after.sign == "-" and _is_way(tokens, at + 2)
    bare = after is None or (after.sign in _PRODUCT and after.sign not in "×*/÷+")
    word = after is not None and _fits(key, tokens, at + 1)
    if way or bare or word:
        yield key, int(figure.value), (figure.start, figure.end), offset + at


def _fits(key: str, tokens: Sequence[Token], at: int) -> bool:
    """Whether the noun after a figure counts the parts of that axis."""
    words = [token.stem for token in tokens[at : at + 3]]
    if key == "strategy.pp":
        return words[0] in ("stage", "pipeline", "way") and "per" not in words
    if key == "strategy.dp":
        return words[0] in ("replica", "independent", "group", "way", "model", "copy") and "of" not in words
    if key == "strategy.ep":
        return words[0] in ("gpu", "way", "device", "npu") and words[1:2] != ["per"]
    return words[0] in ("gpu", "way", "npu") and words[1:2] != ["each"]


def _labelled_axis(sentence: Sentence) -> str | None:
    """The axis that the label names alone, or the section where the label only says "degree"."""
    words = sentence.key_text
    if words in _STAGE_KEYS:
        return "strategy.pp"
    if words in _DEGREE_KEYS:
        above = [*sentence.scope.path[-1:], *sentence.lead]
        return next((axis for each in reversed(above) if (axis := axis_of(each))), None)
    found = AXES.inside(sentence.key)
    if len({key for key, _, _ in found}) != 1:
        return None
    covered = {index for _, first, end in found for index in range(first, end)}
    rest = {t.stem for i, t in enumerate(sentence.key) if i not in covered and t.stem}
    cell = {t.stem for t in sentence.header if t.stem}
    if sentence.block.kind is Kind.CELL and cell & {"layer", "gpu", "latency", "memory", "time", "group", "rank"}:
        return None
    return found[0][0] if rest <= _KEY_WORDS else None


def _heading(sentence: Sentence) -> Iterator[_Found]:
    """Pipeline Parallelism (1-way), Tensor Parallelism (Secondary - 2-way)."""
    if sentence.block.kind is Kind.CELL:
        yield from _cell(sentence)
        return
    if sentence.block.kind is not Kind.HEADING or (axis := axis_of(sentence.text)) is None:
        return
    ways = [i for i in range(len(sentence.tokens) - 2) if _count(sentence.tokens, i) and sentence.tokens[i + 1].sign == "-" and _is_way(sentence.tokens, i + 2)]
    if len(ways) == 1 and (figure := sentence.tokens[ways[0]].figure):
        yield axis, int(figure.value), (figure.start, figure.end), ways[0]


def _cell(sentence: Sentence) -> Iterator[_Found]:
    """A figure alone in a column that an axis heads."""
    found = {key for key, _, _ in AXES.inside(sentence.header)}
    figure = _count(sentence.value, 0) if sentence.value else None
    if len(found) == 1 and figure and len(sentence.value) == 1:
        yield found.pop(), int(figure.value), (figure.start, figure.end), 0


def _devices_of_expert(sentence: Sentence) -> Iterator[Statement]:
    """2 GPUs per expert via tensor parallelism."""
    tokens = sentence.tokens
    stems = {token.stem for token in tokens}
    if not stems & {"tensor", "tp"}:
        return
    for at in range(len(tokens) - 3):
        figure = _count(tokens, at)
        words = tuple(token.stem for token in tokens[at + 1 : at + 4])
        if figure and words == ("gpu", "per", "expert"):
            yield say(sentence, "strategy.expert_tp", int(figure.value), (figure.start, figure.end))


def _inside_experts(sentence: Sentence, at: int) -> bool:
    words = [token.stem for token in sentence.tokens[at : at + 16] if token.stem]
    pairs = list(zip(words, words[1:], strict=False))
    near = ("within", "expert") in pairs or ("each", "expert") in pairs or ("within", "each") in pairs and "expert" in words
    heading = sentence.scope.path[-1].lower() if sentence.scope.path else ""
    return near or "within expert" in heading


def _is_way(tokens: Sequence[Token], at: int) -> bool:
    return at < len(tokens) and tokens[at].stem in _WAYS


def _per(tokens: Sequence[Token], at: int) -> bool:
    return at < len(tokens) and tokens[at].stem in ("per", "each")


def _count(tokens: Sequence[Token], at: int) -> Figure | None:
    """The whole number at an index, where one stands."""
    figure = tokens[at].figure if at < len(tokens) else None
    whole = figure is not None and figure.is_count and figure.value == int(figure.value)
    return figure if whole else None


def _role(sentence: Sentence, tokens: Sequence[Token], at: int) -> Role | None:
    start = at
    while start and (tokens[start - 1].sign in ("=", "(", "-") or AXES.at(tokens, start - 1)):
        start -= 1
    return role_before(tokens, start) or role_after(tokens, at) or usual(sentence.scope)
