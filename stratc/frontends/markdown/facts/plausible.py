"""Whether a figure can be the fact that its label or noun makes it: a share, an outcome or a bound is none."""

from __future__ import annotations

from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING

from stratc.arith.unit import COUNT, PARAMETER, PERCENT, TOKEN_RATE
from stratc.frontends.markdown.document.asides import is_rare
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.figures import COUNTED_FOR
from stratc.frontends.markdown.document.saying import is_held_to
from stratc.frontends.markdown.facts.active_parameters import names_both
from stratc.frontends.markdown.facts.counted_for import per_of
from stratc.frontends.markdown.facts.goals import goals_of
from stratc.frontends.markdown.facts.labels import WHOLES
from stratc.frontends.markdown.layout.counts import is_over, is_quotient, is_worked_out
from stratc.frontends.markdown.layout.held_by import (
    counts_devices,
    is_no_batch,
    is_no_count,
    is_of_device,
    is_of_kv_head,
    is_of_one,
)
from stratc.frontends.markdown.layout.holders import is_of_part
from stratc.frontends.markdown.words.vocabulary import Form, Row, words
from stratc.ir.scope import Role, Topic
from stratc.ir.statement import CEILINGS, Per, Relation

if TYPE_CHECKING:
    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token

_BOUNDS = {
    # between which a figure can be such a fact: "FFN: 4 × hidden", "0.46 GB per GPU" and "1 expert per layer" are none
    "model.ffn_hidden_size": (64, inf),
    "model.experts": (2, inf),
    "hardware.memory": (2e9, 1e12),
    "strategy.capacity_factor": (0.1, 16),
    "strategy.zero_stage": (0, 4),
    "hardware.peak_flops": (1e12, 5e16),
}
_SHARED_OUT = words("model.experts workload.batch_size")  # whose shares have readers of their own
_OF_DEVICE = words("hardware.peak_flops hardware.memory hardware.memory_bandwidth")
_OF_MANY = words("node server fleet cluster pod rack total aggregate")
_HOLDING = words("hold holding keep keeping store storing have")
_LEAST_SIZE = 1e6  # parameters of a whole model
_OF = words("of the within under")
_CAPACITIES = words("capacity usable available limit size")


def is_plausible(sentence: Sentence, row: Row, relation: Relation, at: int) -> bool:
    """Whether a figure so related can be an input: bounds are targets and thresholds."""
    if row.form is Form.EXTENT:
        return not _is_of_chunks(sentence, at) and not is_rare(sentence.tokens, at)
    if row.key.startswith("model.") and (is_of_device(sentence, row, at) or is_of_kv_head(sentence, row, at)):
        return False  # a share
    if row.key.startswith("workload.micro_batch") and _are_other_micro_batches(sentence, row, at):
        return False
    if row.key in WHOLES - _SHARED_OUT and is_of_part(sentence.tokens, at):
        return False
    if row.key in WHOLES and is_left_of_division(sentence.tokens, at):
        return False  # a share
    if row.key == "strategy.experts_per_device" and {"all", "layer"} <= {token.stem for token in sentence.key}:
        return False  # of every layer together
    if row.key.endswith("device_count") and is_no_count(sentence, at):
        return False
    if row.key == "workload.batch_size" and is_no_batch(sentence, at):
        return False
    figure = sentence.tokens[at].figure
    least, most = _BOUNDS.get(row.key, (0, inf))
    if figure is not None and not least <= figure.value < most:
        return False
    if row.key == "strategy.capacity_factor" and not _is_factor(sentence, figure):
        return False
    if row.key in _OF_DEVICE and not _is_of_one_device(sentence, row, at):
        return False
    if row.key == "model.parameters" and _is_share_of_model(sentence, at):
        return False
    if relation is not Relation.IS and row.key != "workload.batch_size":
        return row.key == "hardware.memory" and relation in CEILINGS
    linked = sentence.scope.topics[:1] == (Topic.COMMUNICATION,) and any(t.stem == "target" for t in sentence.tokens)
    if row.key == "hardware.bandwidth_utilization" and linked:
        return False
    if row.key == "hardware.mfu" and (_is_outcome(sentence, at) or at in goals_of(sentence.tokens).values()):
        return False
    if row.key == "hardware.mfu" and sentence.scope.role is not Role.PLAN and not _on_machines(sentence):
        return False
    results = at > 0 and sentence.tokens[at - 1].sign == "="
    if row.key == "hardware.memory_bandwidth" and results:  # a part of it is not the bandwidth
        return not any(t.figure and t.figure.quantity.unit == PERCENT for t in sentence.tokens[:at])
    effective = at > 0 and ("有效" in sentence.tokens[at - 1].stem or _is_share_of_peak(sentence.tokens, at))
    return not (row.key == "hardware.peak_flops" and (results or effective or counts_devices(sentence.key)))


def _are_other_micro_batches(sentence: Sentence, row: Row, at: int) -> bool:
    """Whether a figure is a share ("micro-batches of 4 sequences: bubble 1/9"), or what a stage holds at a time."""
    if row.key == "workload.micro_batch_size":
        return is_over(sentence.tokens, at)
    held = not _HOLDING.isdisjoint(token.stem for token in sentence.tokens[max(0, at - 3) : at])
    behind = [token.stem for token in sentence.tokens[at + 1 : at + 6] if token.stem]
    return held and "flight" in behind


def _is_of_one_device(sentence: Sentence, row: Row, at: int) -> bool:
    """Whether a figure is what one device has: in no column of nodes or of all, and no memory that is used."""
    if not _OF_MANY.isdisjoint(token.stem for token in sentence.header):
        return False
    used = is_held_to(sentence.tokens, at) or _is_used(sentence, sentence.tokens[at].figure)
    return row.key != "hardware.memory" or not used


def _is_share_of_peak(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether a rate is what a share before it leaves: "at 45% of their peak deliver 652 TFLOPS", not "45% of 652"."""
    if at > 0 and (tokens[at - 1].stem in _OF or tokens[at - 1].sign in ("×", "*")):
        return False
    return any(each.figure and each.figure.quantity.unit == PERCENT for each in tokens[max(0, at - 7) : at])


def is_left_of_division(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether a count is what a division comes to: "64 / 8 = 8", "40 heads / 8 = 5 heads"."""
    if at < 4 or tokens[at - 1].sign != "=" or tokens[at - 2].figure is None:
        return False
    return tokens[at - 3].sign in ("/", "÷") and any(token.figure for token in tokens[max(0, at - 5) : at - 3])


def _is_of_chunks(sentence: Sentence, at: int) -> bool:
    """Whether a length is that of the pieces in which prompts are worked on: "chunked prefill of 8,192 tokens"."""
    around = (*sentence.key, *sentence.tokens[max(0, at - 5) : at + 4])
    return any(token.stem.startswith("chunk") for token in around)


def _is_factor(sentence: Sentence, figure: Figure | None) -> bool:
    """Whether an "expert capacity" is a factor, by that word, by its sign or as no number of tokens."""
    named = "factor" in sentence.stems | sentence.key_stems or "因子" in sentence.text
    return named or (figure is not None and (figure.times or not figure.value.is_integer()))


def _is_used(sentence: Sentence, figure: Figure | None) -> bool:
    """Whether "GPU memory: 31.6 GB" tells what is used, as no card has a part of a gigabyte, or a label does.

    Not what a share is of: "Memory usage: 76 % (61 of 80 GB)".
    """
    at = next((n for n, token in enumerate(sentence.tokens) if token.figure is figure), 0)
    of_whole = sentence.tokens[at - 1].stem in _OF or sentence.tokens[at - 1].sign == "/"
    if _CAPACITIES & (sentence.key_stems | sentence.stems):
        return False
    if "usage" in sentence.key_stems and not of_whole:
        return True
    whole = figure is None or any((figure.quantity.low / unit).is_integer() for unit in (1e9, 2.0**30))
    return not whole and Topic.HARDWARE not in sentence.scope.topics


def _is_share_of_model(sentence: Sentence, at: int) -> bool:
    """Whether parameters are those of a device, by the words beside them, their working, or the heading of a table."""
    below = sentence.block.kind is Kind.CELL and _is_below_device(sentence)
    second = at > 0 and sentence.tokens[at - 1].sign == "/" and names_both(sentence)
    return (
        below
        or second
        or is_of_one(sentence.tokens, at)
        or per_of(sentence, at) not in (Per.UNSAID, Per.TOTAL)
        or _is_share_of_size(sentence.tokens, at)
    )


def _is_share_of_size(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether a size is what comes out for a part of the model: "parameters 8e9 / (4 × 2) = 1B", not "26 GB / 2"."""
    if at > 1 and tokens[at - 1].figure and tokens[at - 2].sign in ("/", "÷"):
        return True  # in a column behind its formula: "4 layers × 9.7B / 32   1.2B"
    if at < 4 or tokens[at - 1].sign not in ("=", "≈"):
        return False
    over = next((n for n in range(at - 2, max(0, at - 12), -1) if tokens[n].sign in ("/", "÷")), 0)
    bracketed = tokens[over + 1].sign == "(" and tokens[at - 2].sign == ")"
    if not over or not (bracketed or is_quotient(tokens, over - 1)):
        return False
    whole = tokens[over - 1].figure
    return whole is not None and whole.quantity.dimension in (COUNT, PARAMETER) and whole.value >= _LEAST_SIZE


def _is_below_device(sentence: Sentence) -> bool:
    """Whether the nearest heading counts for a device: "Per-GPU memory"."""
    stems = [token.stem for token in (sentence.above[0].tokens if sentence.above else ()) if token.stem]
    return any(one in ("per", "each") and COUNTED_FOR.get(two) is Per.DEVICE for one, two in pairwise(stems))


def _is_outcome(sentence: Sentence, at: int) -> bool:
    """Whether a utilisation comes of a run or of arithmetic: "2,900 tok/s/GPU, MFU 45 %", "156 / 312 = 50 % MFU"."""
    rates = (token.figure.quantity.dimension for token in sentence.tokens[:at] if token.figure)
    on_machines = sentence.scope.topics[:1] == (Topic.HARDWARE,)
    told = [token.stem for token in sentence.tokens[max(0, at - 2) : at]] == ["that", "is"]
    return TOKEN_RATE in rates or ((told or is_worked_out(sentence.tokens, at)) and not on_machines)


def _on_machines(sentence: Sentence) -> bool:
    """Whether the nearest section lists the machines, where even "target MFU" is what the plan counts on."""
    return sentence.scope.topics[:1] == (Topic.HARDWARE,) and sentence.scope.role is not Role.EARLIER
