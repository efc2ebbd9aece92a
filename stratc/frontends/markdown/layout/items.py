"""Sizes that stand alone in a list: "8 GPUs, TP 2, PP 4, 32 layers", "TP4 × PP2 × DP3 (24 GPUs)"."""

from __future__ import annotations

from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.notations import AXES, compact, listed, tied, ways
from stratc.frontends.markdown.layout.ranges import LAYERS
from stratc.frontends.markdown.layout.specifications import specifications
from stratc.frontends.markdown.words.vocabulary import DEVICES, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.frontends.markdown.words.vocabulary import Row

_BEFORE = frozenset(",;:(·|、")
_AFTER = frozenset(",;:.)(·|、")
_OF_A_PLAN = words(
    "configuration config setup hardware cluster plan layout deployment parallelism strategy total system environment "
    "resource overall summary proposal topology parallel mapping scale infrastructure the our final chosen selected"
)
_OF_A_PART = words(
    "each every per stage replica group node server instance machine host rank expert unit "
    "first second option attention ring pod"
)
_PHASES = words("prefill decode decoding prefilling pool phase worker")  # which have devices of their own
_ELSEWHERE = words("remaining spare idle other another alternative replicated copy time half")
_SIZES = words("layer head hidden ffn vocab vocabulary")
_MEMBERS = words("model.layers model.heads model.kv_heads model.experts")
_COUNTED = _MEMBERS | words("workload.micro_batches workload.micro_batch_size")
_TIMES = frozenset("×*x")


def is_item_of_plan(sentence: Sentence, at: int, noun: int) -> bool:
    """Whether a counted noun is an item of a list that says how large the whole plan is.

    The first item of a list with a degree is the whole, and so is what brackets add to several degrees.  A list that
    speaks of a part (a stage, a replica, a node) counts that part.
    """
    tokens = sentence.tokens
    if (
        sentence.block.kind in (Kind.CELL, Kind.HEADING)
        or not _is_alone(tokens, at, noun)
        or not _is_whole(sentence, at)
    ):
        return False
    axes = axes_in(tokens)
    opens = at in (0, len(tokens) - len(sentence.value))
    around = {token.stem for token in (*tokens[:noun], *tokens[noun + 1 :])}
    described = tokens[noun].stem == "layer" and _counts_of_layer(tokens)
    if described:
        around -= {"per", "each", "expert"}
    if _ELSEWHERE & around or (not opens and _OF_A_PART & around):
        return False
    if tokens[noun].stem not in DEVICES:
        return bool(axes or described or _counts_devices(tokens)) or len(_SIZES & around) > 1
    if opens:
        return bool(axes or _SIZES & {token.stem for token in tokens}) or any(specifications(sentence))
    return len(axes) > 1 and not _explains_part(tokens, at, noun) if axes else _follows_layers(tokens, at)


def _counts_of_layer(tokens: Sequence[Token]) -> bool:
    """Whether a list counts what each layer has, and so describes the model: "64 experts per MoE layer, 32 layers"."""
    pers = [at for at, token in enumerate(tokens) if token.stem in ("per", "each")]
    return bool(pers) and all("layer" in {each.stem for each in tokens[at + 1 : at + 3]} for at in pers)


def words_above(sentence: Sentence) -> set[str]:
    """The words of the heading and of the item that a sentence stands below."""
    titles = (*sentence.lead[-1:], *sentence.sections[-1:])
    return {word.strip("()*:,.#").lower() for title in titles for word in title.split()}


def axes_in(tokens: Sequence[Token]) -> set[str]:
    """The axes that words name, alone or with their degree."""
    return {axis for axis, _, _ in AXES.inside(tokens)} | {axis for axis, *_ in compact(tokens)}


def _is_alone(tokens: Sequence[Token], at: int, noun: int) -> bool:
    """Whether nothing but the number and its noun stands between two signs of a list."""
    before = tokens[at - 1] if at else None
    after = tokens[noun + 1] if noun + 1 < len(tokens) else None
    return (before is None or before.sign in _BEFORE) and (after is None or after.sign in _AFTER)


def _is_whole(sentence: Sentence, at: int) -> bool:
    """Whether neither the label nor what stands above it names a part of the plan, and no layers are placed."""
    own = at < len(sentence.key)  # "32 GPUs, TP 8: …", whose label is the list
    label = set() if own else {token.stem for token in sentence.key if token.stem}
    above = {word.rstrip("s") for word in words_above(sentence)}
    placed = any(found[2] for found in LAYERS.finditer(sentence.text))
    return label <= _OF_A_PLAN | DEVICES | _PHASES and not _OF_A_PART & above and not placed


def _counts_devices(tokens: Sequence[Token]) -> bool:
    """Whether another item counts devices: "32 layers, 4 GPUs"."""
    return any(
        token.figure is not None and token.figure.is_count and after.stem in DEVICES
        for token, after in pairwise(tokens)
    )


def _follows_layers(tokens: Sequence[Token], at: int) -> bool:
    """Whether the item before is the number of layers: "48 layers, 4 GPUs"."""
    return at > 2 and tokens[at - 2].stem == "layer" and tokens[at - 3].figure is not None


def _explains_part(tokens: Sequence[Token], at: int, noun: int) -> bool:
    """Whether devices after degrees may be those of one replica only: "TP4 × PP2 (8 GPUs)", which data repeats."""
    figure = tokens[at].figure
    after = tokens[noun + 2] if noun + 2 < len(tokens) else None
    if after is not None and after.sign in _TIMES:
        return True
    said = {axis: value for reader in (compact, listed, tied, ways) for axis, value, _, _ in reader(tokens)}
    return "strategy.dp" not in said and figure is not None and prod(said.values()) == figure.value


def is_index(row: Row, tokens: Sequence[Token], at: int) -> bool:
    """Whether a number after a noun is one of several that name its members: "experts 3, 5 and 7"."""
    after = tokens[at + 1 : at + 3]
    several = len(after) == 2 and (after[0].sign in (",", "、", "&") or after[0].stem in ("and", "or"))
    return row.key in _MEMBERS and several and after[1].figure is not None and after[1].figure.is_count


def is_listed_size(row: Row, tokens: Sequence[Token], at: int) -> bool:
    """Whether a size is an item of a list by itself: "TP 4, layers 48, heads 32", not "layer 48", "heads 3, 5, 7"."""
    noun, after = tokens[at - 1], tokens[at + 1 : at + 3]
    several = noun.many or not noun.stem.isascii()
    before = at > 1 and tokens[at - 2].sign in _BEFORE
    ends = not after or after[0].sign in _AFTER
    return row.key in _COUNTED and several and before and ends and not is_index(row, tokens, at)
