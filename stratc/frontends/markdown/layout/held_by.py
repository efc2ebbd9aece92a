"""What a figure of the model or the machines is only of: a device, a node."""

from __future__ import annotations

from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from stratc.arith.unit import BYTE, SEQUENCE
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.figures import COUNTED_FOR, is_device
from stratc.frontends.markdown.document.notations import AXES
from stratc.frontends.markdown.document.rows import ROW_OF
from stratc.frontends.markdown.document.saying import relation_before
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.statement import Per, Relation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.frontends.markdown.words.vocabulary import Row

_EACH = words("per each every a an one")
_ON = words("on by in")
_NODES = words("node server machine host box chassi chassis")
_SINGLE = words("a per each every one same")
_PIECES = words("expert layer block stage shard rank adapter")
_CLAUSES = frozenset(",;:")
_OPENS = frozenset(".;→|")
_PARTING = frozenset(("->", "=>", *",;:→"))
_ADJECTIVES = words("tensor tp parallel")
_LEAD = 4  # words with which a clause opens
_WITHIN = words("in within inside")
_MACHINES = _NODES | words("board rack tray cabinet island")
_HOURS = ("卡时", "卡·时", "卡小时", "张卡时")
_WORKING = 40  # tokens of a formula
_ENDS = frozenset("=,;(.→")
_NEAR_SIGN = 4  # tokens between a figure and the sign behind its noun
_NEAR = 8  # characters in which a unit follows
_SPLIT = words("model.heads model.kv_heads model.ffn_hidden_size model.vocab_size model.experts")  # between devices


def is_of_device(sentence: Sentence, row: Row, at: int) -> bool:
    """Whether column or label make a size of the model the share of a device, or the number the name of a layer."""
    before = sentence.tokens[at - 1] if at else None
    named = row.key == "model.layers" and before is not None and before.stem == "layer" and not before.many
    split = row.key in _SPLIT and (lists_share(sentence) or opens_with_device(sentence.tokens, at))
    held = row.key == "model.experts" and _is_on_each(sentence.tokens, at)
    return named or _is_per_device(sentence.header) or split or held


def _is_on_each(tokens: Sequence[Token], at: int) -> bool:
    """Whether words behind a count put it on every device: "8 on every GPU", "116 routed experts resident on each"."""
    behind = takewhile(lambda token: not token.figure and token.sign not in _PARTING, tokens[at + 1 : at + _NEAR])
    rest = [token.stem for token in behind]
    return any(
        is_device(three) and (two == "per" or (one in _ON and two in _EACH))
        for one, two, three in zip(["", *rest], rest, rest[1:], strict=False)
    )


def opens_with_device(tokens: Sequence[Token], at: int) -> bool:
    """Whether the clause of a count of heads opens with one device: "Per GPU 8 query heads", "each chip gets 2"."""
    first = max((n + 1 for n in range(at) if tokens[n].sign in _OPENS and tokens[n].sign), default=0)
    lead = [token.stem for token in tokens[first : first + _LEAD] if token.stem]
    held = any(one in _EACH and other in _ADJECTIVES | {"gpu", "rank"} for one, other in pairwise(lead))
    devices = any(is_device(stem) or stem == "rank" for stem in lead)
    return held and devices and any(each.stem == "head" for each in tokens[at + 1 : at + 4])


def lists_share(sentence: Sentence) -> bool:
    """Whether a label says that its items are what a device holds: "On each GPU: 8 heads", "TP 2: 20 heads"."""
    stems = [token.stem for token in sentence.key if token.stem]
    if any(one in _EACH and is_device(two) for one, two in pairwise(stems)):
        return True
    degree = any(key == "strategy.tp" for key, _, _ in AXES.inside(sentence.key))
    return degree and any(token.figure for token in sentence.key)


def _is_per_device(header: Sequence[Token]) -> bool:
    """Whether a column gives the share of a device: "Per GPU"."""
    stems = [token.stem for token in header if token.stem]
    return stems[:1] == ["per"] and len(stems) > 1 and COUNTED_FOR.get(stems[1]) is Per.DEVICE


def counts_devices(label: Sequence[Token]) -> bool:
    """Whether a label counts the devices that it speaks of: "Peak of 64 GPUs"."""
    return any(one.figure is not None and one.figure.value > 1 and is_device(two.stem) for one, two in pairwise(label))


def is_of_node(tokens: Sequence[Token], at: int) -> bool:
    """Whether devices are counted for one node: "8 × A100 80 GB in a node, 32 altogether", "in a rack all 72 GPUs"."""
    rest = [token.stem for token in takewhile(lambda token: token.sign not in _CLAUSES, tokens[at + 1 : at + 9])]
    before = takewhile(lambda token: token.sign not in _CLAUSES, reversed(tokens[max(0, at - 8) : at]))
    all_of_it = rest[1:4] in (["of", "the", "node"], ["of", "the", "server"], ["of", "the", "machine"])
    return (
        all_of_it or (any(pair[0] in _EACH and pair[1] in _NODES for pair in pairwise(rest)) and "node" not in rest[:1])
    ) or _is_inside([token.stem for token in before][::-1])


def _is_inside(stems: Sequence[str]) -> bool:
    """Whether words open with what lies within one machine: "Within a board all", "In an NVL72 rack"."""
    opens = next((n for n, stem in enumerate(stems) if stem in _WITHIN), None)
    after = stems[opens + 1 : opens + 4] if opens is not None else ()
    return bool(after) and after[0] in _EACH and not _MACHINES.isdisjoint(after[1:])


def is_no_count(sentence: Sentence, at: int) -> bool:
    """Whether a count of devices is one of several cases, of device-hours, or that of each of some machines."""
    return _are_alternatives(sentence) or _is_of_hours(sentence, at) or _is_of_machines(sentence.tokens, at)


def _is_of_machines(tokens: Sequence[Token], at: int) -> bool:
    """Whether a sign multiplies machines by devices: "1,024 nodes × 8 H800"."""
    return at > 1 and tokens[at - 1].sign in ("×", "*") and tokens[at - 2].stem in _MACHINES


def is_no_batch(sentence: Sentence, at: int) -> bool:
    """Whether a batch is one of tokens, or sequences only multiply bytes, come to more sequences, or count sizes."""
    tokens = sentence.tokens
    if any(token.stem == "size" and token.many for token in tokens[at + 1 : at + 4]):
        return True  # "graphs for 8 batch sizes"
    if relation_before(tokens, at) in (Relation.LESS, Relation.MORE):
        return True  # "below 4 concurrent requests"
    return _counts_tokens(sentence.key) or _is_factor_of_bytes(tokens, at) or _is_factor_of_sequences(tokens, at)


def _is_factor_of_sequences(tokens: Sequence[Token], at: int) -> bool:
    """Whether sequences are multiplied, and come to those of the batch: "2 sequences × 16 GPUs × 8 = 256 sequences"."""
    ends = next((n for n in range(at + 1, len(tokens)) if tokens[n].sign in _ENDS and tokens[n].sign), len(tokens))
    result = tokens[ends + 1].figure if ends + 1 < len(tokens) and tokens[ends].sign == "=" else None
    times = any(token.sign in ("×", "*") for token in tokens[at + 1 : min(ends, at + _NEAR_SIGN)])
    return times and result is not None and result.quantity.dimension == SEQUENCE


def _are_alternatives(sentence: Sentence) -> bool:
    """Whether a cell lists counts, each for what stands in brackets after it: "2 (A3)", "4 (A2)" below one another."""
    counts = [at for at, token in enumerate(sentence.tokens) if token.figure is not None and token.figure.is_count]
    follow = [sentence.tokens[at + 1].sign for at in counts if at + 1 < len(sentence.tokens)]
    return sentence.block.kind is Kind.CELL and len(counts) > 1 and follow == ["("] * len(counts)


def _counts_tokens(label: Sequence[Token]) -> bool:
    """Whether a label counts the tokens of a batch: "Tokens in a full batch"."""
    stems = [token.stem for token in label]
    return "token" in stems and "batch" in stems[stems.index("token") :]


def _is_of_hours(sentence: Sentence, at: int) -> bool:
    """Whether a count is of device-hours: "60 h × 16 卡 = 960 卡时"."""
    figure = sentence.tokens[at].figure
    behind = sentence.text[figure.end - sentence.start :][:_NEAR].lstrip() if figure else ""
    return behind.startswith(_HOURS)


def _is_factor_of_bytes(tokens: Sequence[Token], at: int) -> bool:
    """Whether a count only multiplies bytes: "4 sequences × 2,048 × 3,840 × 2 bytes = 62.9 MB"."""
    following = list(takewhile(lambda token: token.sign not in ("=", "→", *_CLAUSES), tokens[at + 1 : at + 16]))
    times = any(token.sign in ("×", "*") for token in following[:3])
    return times and any(token.figure and token.figure.quantity.dimension == BYTE for token in following)


def is_of_kv_head(sentence: Sentence, row: Row, at: int) -> bool:
    """Whether query heads are those of one head of keys and values: "5 query heads to a KV head", "8 per KV head"."""
    after = [token.stem for token in sentence.tokens[at + 1 : at + 8] if token.figure is None]
    beside = list(pairwise(after))
    return row.key == "model.heads" and any(one in _SINGLE and other in ("kv", "key") for one, other in beside)


def is_of_one(tokens: Sequence[Token], at: int) -> bool:
    """Whether a size is that of one expert, layer or device: "an expert has 44M", "a layer has 12 × 4096² = 201M"."""
    results = at > 0 and tokens[at - 1].sign == "="
    near = tokens[max(0, at - (_WORKING if results else 6)) : at]
    before = list(takewhile(lambda token: token.sign not in _CLAUSES, reversed(near)))[::-1]
    after = list(takewhile(lambda token: token.sign not in _CLAUSES, tokens[at + 1 : at + 7]))
    pairs = (*pairwise(token.stem for token in before), *pairwise(token.stem for token in after))
    return any(one in _EACH and (other in _PIECES or is_device(other)) for one, other in pairs)


def of_device(tokens: Sequence[Token], at: int, end: int, row: Row | None) -> Row | None:
    """The share of a device where words behind say so: "5 routed experts per layer on a GPU"; else the row itself."""
    if row is None or row.key != "model.experts" or (at and tokens[at - 1].sign == "="):
        return row
    behind = [token.stem for token in takewhile(lambda each: bool(each.stem), tokens[end : end + 5])]
    on_device = any(one in _EACH and is_device(two) for one, two in pairwise(behind))
    return ROW_OF["strategy.experts_per_device"] if on_device else row


def is_summed_up(tokens: Sequence[Token], at: int) -> bool:
    """Whether a count is added to others or comes of it: "70 层 + 2 层 = 72 层"."""
    return any(token.sign == "+" for token in tokens[:at])
