"""Degrees of parallelism in every notation: TP=4, EP64_TP2_PP1, 4-way tensor parallelism, 8 EP × 2 TP × 4 PP."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.above import Title
from stratc.frontends.markdown.document.asides import role_after, role_before
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.notations import (
    AXES,
    NAMES,
    PRODUCT,
    SHORT,
    SIZES,
    Found,
    compact,
    count_at,
    counts_in,
    in_words,
    is_way,
    letters,
    listed,
    of_product,
    tied,
    ways,
)
from stratc.frontends.markdown.document.phrases import Phrases
from stratc.frontends.markdown.document.saying import ARROWS, say, usual
from stratc.frontends.markdown.document.turns import turned
from stratc.frontends.markdown.layout.stages_cut import is_number_of_stages
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import Role, Topic

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_DEGREE_KEYS = frozenset(
    ("degree", "size", "configuration", "parallel degree", "parallel size", "parallelism degree", "decision", "setting")
)
_DEVICES = frozenset(("gpu", "npu", "device", "card", "total", "gpu total", "total gpu"))
_COPIES = words("replica copy")
_BARE = {"tensor": "tp", "pipeline": "pp", "data": "dp", "expert": "ep", "context": "cp"}  # "Tensor | 8"
_OF_PARTS = ("pp", "dp")  # whose parts have a noun of their own
_DEGREE_WORDS = words("degree size way parallelism")
_KEY_WORDS = words(
    "module dimension strategy parallelism configuration level attention number of the in total primary "
    "secondary tertiary main layer inference our degree size way"
)
_COUNTED: Phrases[str] = Phrases(
    (
        (
            "pipeline stages|pipeline stage|pp stages|stage pipeline|pipeline parallel stages|个流水线阶段",
            "strategy.pp",
        ),
        ("data parallel replicas|model replicas|dp replicas|independent replicas|replicas of the model", "strategy.dp"),
    )
)
_RESHAPES = words("reshard resharding resharded reshape convert conversion converting")
_TURNED_DOWN = words("dropped refused rejected discarded abandoned")
_STOPPED = words("stop stopped retire retired decommission")
_NUMBERED = words("group rank id index no node")  # what a column counts through: "TP group | 0 | 1 | 2"
_STAGE_KEYS = frozenset(
    (
        "pipeline stage",
        "pp stage",
        "number of stage",
        "number of pipeline stage",
        "total stage",
        "stage",
        "total pipeline stage",
        "pipeline depth",
    )
)


def degrees(sentence: Sentence) -> Iterator[Statement]:
    """Statements of the degrees that a sentence gives; each names the figure itself."""
    tokens = sentence.tokens
    found: dict[tuple[str, int, int], tuple[str, int, tuple[int, int], int]] = {}
    readers = (
        (compact, listed, in_words, letters, tied, ways, of_product, turned)
        if AXES.begins_in(tokens)
        else (compact, in_words, letters, ways)
    )
    for key, value, place, at in (
        *(each for reader in readers for each in reader(tokens)),
        *(each for reader in (_stages, _labelled, _total) for each in reader(sentence)),
    ):
        if 1 <= value <= 1_000_000:
            found.setdefault((key, place[0], value), (key, value, place, at))
    for key, value, place, at in found.values():
        role = _role(sentence, tokens, at)
        yield say(sentence, key, value, place, role=role)
        if key == "strategy.tp" and _inside_experts(sentence, at):
            yield say(sentence, "strategy.expert_tp", value, place, role=role)
    yield from _devices_of_expert(sentence)


def axis_of(title: Title) -> str | None:
    """The one axis that a heading or label names; None for none or several.

    >>> axis_of(Title("2. Tensor Parallelism (TP) - Secondary")), axis_of(Title("Tensor + Pipeline Parallelism"))
    ('strategy.tp', None)
    """
    text = title.text
    found = {key for key, _, _ in AXES.inside(title.tokens)}
    found |= {NAMES[match[1]] for word in text.lower().split() for match in SHORT.finditer(word.strip("()*:,"))}
    if len(found) != 1 or ("+" in text or "hybrid" in text.lower()):
        return None
    return found.pop()


def _stages(sentence: Sentence) -> Iterator[Found]:
    """4 pipeline stages; into 4 stages, where the section is about the pipeline."""
    tokens = sentence.tokens
    about = sentence.scope.topics[:1] == (Topic.PIPELINE,) or any(t.stem in ("pipeline", "pp") for t in tokens)
    for at, figure in counts_in(tokens):
        if at + 1 == len(tokens):
            break
        counted = _COUNTED.at(tokens, at + 1)
        if counted and not _per(tokens, counted[0][1]) and not (at and tokens[at - 1].sign == "/"):
            yield counted[0][0], int(figure.value), (figure.start, figure.end), at
        elif _is_of_stages(tokens, at, about=about) and not _per(tokens, at + 2):
            yield "strategy.pp", int(figure.value), (figure.start, figure.end), at


def _is_of_stages(tokens: Sequence[Token], at: int, *, about: bool) -> bool:
    """Whether a count is that of the stages that something is cut into."""
    if tokens[at + 1].stem != "stage" or not at:
        return False
    return (about and _parts(tokens[at - 1])) or is_number_of_stages(tokens, at)


def _total(sentence: Sentence) -> Iterator[Found]:
    """The result of a product that a label calls the devices: "GPUs: 4 × 2 × 2 = 16"."""
    if sentence.key_text not in _DEVICES or sentence.block.kind is Kind.HEADING:
        return
    tokens = sentence.value
    equal = next((at for at, token in enumerate(tokens) if token.sign == "="), 0)
    figure = count_at(tokens, equal + 1) if equal > 2 else None
    factors = [
        count_at(tokens, at) is not None if at % 2 == 0 else tokens[at].sign in ("×", "*") for at in range(equal)
    ]
    if figure is not None and all(factors) and (equal + 2 == len(tokens) or not tokens[equal + 2].stem):
        yield "strategy.device_count", int(figure.value), (figure.start, figure.end), len(sentence.tokens) - len(tokens)


def _parts(token: Token) -> bool:
    return token.stem in ("into", "across", "over", "in", "pp", "with") or token.sign in ("÷", "/")


def _labelled(sentence: Sentence) -> Iterator[Found]:
    """A label that names the axis, its value a figure: "**Tensor Parallelism (TP)**: 4-way"."""
    tokens = sentence.value
    offset = len(sentence.tokens) - len(tokens)
    if sentence.block.kind is Kind.HEADING or not sentence.key:
        yield from _heading(sentence)
        return
    if several := list(_labelled_each(sentence, offset)):
        yield from several
        return
    key = _labelled_axis(sentence) or _bare_axis(sentence)
    at = next((i for i, t in enumerate(tokens) if t.sign not in ("~", "≈", "=") and t.stem not in SIZES), None)
    if key is None or at is None or (figure := count_at(tokens, at)) is None or figure.quantity.is_range:
        return
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    way = after is not None and after.sign == "-" and is_way(tokens, at + 2)
    bare = after is None or (after.sign in PRODUCT and after.sign not in "×*/÷+")
    word = after is not None and _fits(key, tokens, at + 1)
    if way or bare or word:
        yield key, int(figure.value), (figure.start, figure.end), offset + at


def _labelled_each(sentence: Sentence, offset: int) -> Iterator[Found]:
    """As many figures as the label names axes, with slashes between both: "TP / PP / DP: 8 / 2 / 1"."""
    axes = [key for key, _, _ in AXES.inside(sentence.key)]
    value = sentence.value
    alternate = all((token.figure is not None) if at % 2 == 0 else token.sign == "/" for at, token in enumerate(value))
    slashes = sum(token.sign == "/" for token in sentence.key) == len(axes) - 1
    if not (len(set(axes)) == len(axes) > 1 and slashes and alternate and len(value) == 2 * len(axes) - 1):
        return
    for axis, at in zip(axes, range(0, len(value), 2), strict=True):
        if (figure := count_at(value, at)) is not None:
            yield axis, int(figure.value), (figure.start, figure.end), offset + at


def _bare_axis(sentence: Sentence) -> str | None:
    """The axis of a label of one word whose value counts the parts of it: "Pipeline: 16 stages"."""
    value, axis = sentence.value, _BARE.get(sentence.key_text)
    counts = axis is not None and len(value) > 1 and value[0].figure is not None and _fits(f"strategy.{axis}", value, 1)
    return f"strategy.{axis}" if counts and axis in _OF_PARTS else None


def _fits(key: str, tokens: Sequence[Token], at: int) -> bool:
    """Whether the noun after a figure counts the parts of that axis."""
    words = [token.stem for token in tokens[at : at + 3]]
    if key == "strategy.pp":
        return words[0] in ("stage", "pipeline", "way") and "per" not in words
    if key == "strategy.dp":
        return words[0] in ("replica", "independent", "group", "way", "model", "copy") and "of" not in words
    if key == "strategy.ep":
        return words[0] in ("gpu", "way") and words[1:2] != ["per"]
    return words[0] in ("gpu", "way") and words[1:2] != ["each"]


def _labelled_axis(sentence: Sentence) -> str | None:
    """The axis that the label names alone, or the section where the label only says "degree"."""
    words = sentence.key_text
    if words in _STAGE_KEYS:
        return "strategy.pp"
    if words in _DEGREE_KEYS:
        above = [*sentence.scope.path[-1:], *sentence.lead]
        return next((axis for each in reversed(above) if (axis := axis_of(Title(each)))), None)
    if words in _BARE and _is_of_degrees(sentence):
        return f"strategy.{_BARE[words]}"
    found = AXES.inside(sentence.key)
    if len({key for key, _, _ in found}) != 1:
        return None
    covered = {index for _, first, end in found for index in range(first, end)}
    rest = {t.stem for i, t in enumerate(sentence.key) if i not in covered and t.stem}
    cell = {t.stem for t in sentence.header if t.stem}
    if sentence.block.kind is Kind.CELL and cell & {"layer", "gpu", "latency", "memory", "time", "group", "rank"}:
        return None
    own = {word for word, axis in _BARE.items() if found[0][0] == f"strategy.{axis}"}  # "Tensor (TP)"
    copies = _COPIES if found[0][0] == "strategy.dp" else frozenset()
    return found[0][0] if rest - copies - own <= _KEY_WORDS else None


def _is_of_degrees(sentence: Sentence) -> bool:
    """Whether a column or the heading above says that its figures are degrees of parallelism."""
    if sentence.block.kind is Kind.CELL:
        return bool(_DEGREE_WORDS & {token.stem for token in sentence.header})
    return any("parallel" in token.stem for title in sentence.above[:1] for token in title.tokens)


def _heading(sentence: Sentence) -> Iterator[Found]:
    """Pipeline Parallelism (1-way), Tensor Parallelism (Secondary - 2-way)."""
    if sentence.block.kind is Kind.CELL:
        yield from _cell(sentence)
        return
    if sentence.block.kind is not Kind.HEADING or (axis := axis_of(Title(sentence.text))) is None:
        return
    ways = [
        i
        for i in range(len(sentence.tokens) - 2)
        if count_at(sentence.tokens, i) and sentence.tokens[i + 1].sign == "-" and is_way(sentence.tokens, i + 2)
    ]
    if len(ways) == 1 and (figure := sentence.tokens[ways[0]].figure):
        yield axis, int(figure.value), (figure.start, figure.end), ways[0]


def _cell(sentence: Sentence) -> Iterator[Found]:
    """A figure alone in a column that an axis heads."""
    found = {key for key, _, _ in AXES.inside(sentence.header)}
    figure = count_at(sentence.value, 0) if sentence.value else None
    numbers = _NUMBERED & {token.stem for token in sentence.header}
    if len(found) == 1 and figure and len(sentence.value) == 1 and not numbers:
        yield found.pop(), int(figure.value), (figure.start, figure.end), 0


def _devices_of_expert(sentence: Sentence) -> Iterator[Statement]:
    """2 GPUs per expert via tensor parallelism."""
    tokens = sentence.tokens
    stems = {token.stem for token in tokens}
    if not stems & {"tensor", "tp"}:
        return
    for at in range(len(tokens) - 3):
        figure = count_at(tokens, at)
        words = tuple(token.stem for token in tokens[at + 1 : at + 4])
        if figure and words == ("gpu", "per", "expert"):
            yield say(sentence, "strategy.expert_tp", int(figure.value), (figure.start, figure.end))


def _inside_experts(sentence: Sentence, at: int) -> bool:
    words = [token.stem for token in sentence.tokens[at : at + 16] if token.stem]
    pairs = list(pairwise(words))
    near = (
        ("within", "expert") in pairs
        or ("each", "expert") in pairs
        or (("within", "each") in pairs and "expert" in words)
    )
    heading = sentence.scope.path[-1].lower() if sentence.scope.path else ""
    return near or "within expert" in heading or _follows_expert(sentence.tokens, at)


def _follows_expert(tokens: Sequence[Token], at: int) -> bool:
    """Tensor parallelism within each expert (TP2): the degree stands in brackets after the words."""
    before = [token.stem for token in tokens[max(0, at - 4) : at]]
    bracket = at > 0 and tokens[at - 1].sign == "("
    return bracket and "expert" in before and bool({"within", "inside"} & set(before))


def _per(tokens: Sequence[Token], at: int) -> bool:
    return at < len(tokens) and tokens[at].stem in ("per", "each")


def _role(sentence: Sentence, tokens: Sequence[Token], at: int) -> Role | None:
    if not _RESHAPES.isdisjoint(sentence.stems) and any(
        token.sign in ARROWS for token in tokens[max(0, at - 3) : at + 4]
    ):
        return Role.ALTERNATIVE  # "resharding TP8 → TP4" takes what one part of a system holds to another
    start = at
    while start and (tokens[start - 1].sign in ("=", "(", "-") or AXES.at(tokens, start - 1)):
        start -= 1
    if start and tokens[start - 1].stem in _TURNED_DOWN and not any(each.stem == "to" for each in tokens[at : at + 3]):
        return Role.ALTERNATIVE  # "why I dropped TP8"
    if any(each.stem in _STOPPED for each in tokens[max(0, start - 3) : start]):
        return Role.EARLIER  # "stop the TP4 service"
    return role_before(tokens, start) or role_after(tokens, at) or usual(sentence, at)
