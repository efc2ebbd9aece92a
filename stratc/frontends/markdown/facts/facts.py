"""Sentences to statements of facts: by label, by the phrase before a figure, by the noun after it."""

from __future__ import annotations

from itertools import pairwise, takewhile
from math import inf
from typing import TYPE_CHECKING

from stratc.arith.unit import COUNT, PARAMETER, PERCENT, TOKEN_RATE
from stratc.frontends.markdown.document.asides import role_after, role_before
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.figures import COUNTED_FOR, counted_by
from stratc.frontends.markdown.document.rows import BEFORE, ROW_OF, value_of
from stratc.frontends.markdown.document.saying import ARROWS, is_held_to, relation_before, say, usual
from stratc.frontends.markdown.facts.active_parameters import names_both
from stratc.frontends.markdown.facts.goals import goals_of
from stratc.frontends.markdown.facts.labels import WHOLES, labelled
from stratc.frontends.markdown.facts.nouns import counted
from stratc.frontends.markdown.facts.prefixes import prefixed
from stratc.frontends.markdown.layout.counts import is_over, is_quotient, is_worked_out
from stratc.frontends.markdown.layout.held_by import (
    counts_devices,
    is_no_batch,
    is_no_count,
    is_of_device,
    is_of_kv_head,
    is_of_node,
    is_of_one,
)
from stratc.frontends.markdown.layout.holders import is_of_part
from stratc.frontends.markdown.layout.specifications import specifications
from stratc.frontends.markdown.words.vocabulary import Form, Row, words
from stratc.ir.scope import Role, Topic
from stratc.ir.statement import CEILINGS, Per, Relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_BOUNDS = {
    # between which a figure can be such a fact: "FFN: 4 × hidden", "0.46 GB per GPU" and "1 expert per layer" are none
    "model.ffn_hidden_size": (64, inf),
    "model.experts": (2, inf),
    "hardware.memory": (2e9, 1e12),
    "strategy.capacity_factor": (0.1, 16),
    "hardware.peak_flops": (1e12, 5e16),
}
_SHARED_OUT = words("model.experts workload.batch_size")  # whose shares have readers of their own
_REACHED = words("achieved expected estimated projected calculated measured predicted actual")
_MEMORIES = frozenset(("memory", "vram", "hbm", "gpu memory", "memory per gpu", "显存", "单卡显存"))
_COUNTS = words("strategy.device_count hardware.device_count")
_CLAUSES = frozenset(",;:")
_HELD = words("activation stash stashed hold keep")
_LEAST_SIZE = 1e6  # parameters of a whole model
_GOALS = words("target requirement limit required goal budget sla slo 目标 要求")


def facts(sentence: Sentence) -> Iterator[Statement]:
    """Statements of the facts that a sentence gives, figures first, then words; degrees have a reader of their own."""
    seen: set[tuple[str, int]] = set()
    for row, at in (
        *labelled(sentence),
        *prefixed(sentence),
        *counted(sentence),
        *_shared(sentence),
        *specifications(sentence),
        *_goals(sentence),
    ):
        token = sentence.tokens[at]
        if token.figure is None or (row.key, token.start) in seen or any(start == token.start for _, start in seen):
            continue
        statement = _state(sentence, row, at, token.figure)
        if statement:
            seen.add((row.key, token.start))
            yield statement


def _goals(sentence: Sentence) -> Iterator[tuple[Row, int]]:
    """A second figure of a latency that a word calls its requirement: "0.07 s (requirement: 10 s)"."""
    if not any(token.stem in _GOALS for token in sentence.tokens):
        return
    rows = [row for row, _, _ in BEFORE.inside(sentence.key) if row.key.startswith("target.")]
    for at, token in enumerate(sentence.tokens):
        if rows and token.figure is not None and token.figure.quantity.dimension in rows[0].units:
            around = {each.stem for each in sentence.tokens[max(0, at - 2) : at + 2]}
            if around & _GOALS:
                yield rows[0], at


def _state(sentence: Sentence, row: Row, at: int, figure: Figure) -> Statement | None:
    if row.key in _COUNTS and is_of_node(sentence.tokens, at):
        row = ROW_OF["hardware.devices_per_node"]
    value = value_of(row, figure)
    relation = relation_before(sentence.tokens, at)
    role = role_before(sentence.tokens, at) or role_after(sentence.tokens, at)
    if row.key.startswith("target."):
        return _target(sentence, row, at, figure, relation, role)
    if value is None or not _plausible(sentence, row, relation, at):
        return None
    ranges = figure.quantity.is_range and at > 0 and sentence.tokens[at - 1].stem == "from"
    if row.form is Form.EXTENT and (role is Role.ALTERNATIVE or ranges):
        role = None
    largest = row.key == "workload.batch_size" and {"max", "maximum"} & {token.stem for token in sentence.key}
    if role is None and not (largest and sentence.scope.role is Role.TARGET):
        role = usual(sentence, at)
    held = Relation.AT_LEAST if _are_held(sentence, row, at) else Relation.IS
    place, per = (figure.start, figure.end), per_of(sentence, at)
    return say(sentence, row.key, value, place, figure=figure, role=role, relation=held, per=per)


def _are_held(sentence: Sentence, row: Row, at: int) -> bool:
    """Whether a count may be of some: "the activations of 4 micro-batches", "激活：9 层 × 8 MB"."""
    if row.key == "model.layers":
        noun, *sign = sentence.tokens[at + 1 : at + 3] or sentence.tokens[at : at + 1]
        return bool(sign) and not noun.stem.isascii() and sign[0].sign in ("×", "*")
    if row.key != "workload.micro_batches":
        return False
    before = {token.stem for token in (*sentence.key, *sentence.tokens[max(0, at - 4) : at])}
    if any("激活" in stem for stem in before):
        return True
    after = {token.stem for token in sentence.tokens[at + 1 : at + 6]}
    times = at > 0 and sentence.tokens[at - 1].sign == "×"
    return not before.isdisjoint(_HELD) or (times and "flight" in after)


def _target(
    sentence: Sentence, row: Row, at: int, figure: Figure, relation: Relation, role: Role | None
) -> Statement | None:
    """A latency is a target where the section, the label, a sign or a word says so; else it is a claim."""
    words = {token.stem for token in (*sentence.key, *sentence.header)}
    near = {token.stem for token in sentence.tokens[at + 1 : at + 2]} | {
        t.stem for t in sentence.tokens[max(0, at - 2) : at]
    }
    met = any(t.sign in ("✓", "✅", "✔") or t.stem in _GOALS for t in sentence.tokens[at + 1 :])
    bound = relation in CEILINGS and not met
    named = bool(words & _GOALS) or bool(near & _GOALS)
    if words & _REACHED or (role not in (None, Role.ALTERNATIVE) and not near & _GOALS):
        return None
    if not (
        named
        or (sentence.scope.role is Role.TARGET and relation is not Relation.MORE)
        or (bound and _of_clause(sentence, at) < 6)
    ):
        return None
    return say(
        sentence, row.key, figure.value, (figure.start, figure.end), figure=figure, role=Role.TARGET, relation=relation
    )


def _of_clause(sentence: Sentence, at: int) -> int:
    """The place of a token in its clause."""
    return at - max((n + 1 for n, token in enumerate(sentence.tokens[:at]) if token.sign in _CLAUSES), default=0)


def _plausible(sentence: Sentence, row: Row, relation: Relation, at: int) -> bool:
    """Whether a figure so related can be an input: bounds are targets and thresholds."""
    if row.form is Form.EXTENT:
        return not _is_of_chunks(sentence, at)
    if row.key.startswith("model.") and (is_of_device(sentence, row, at) or is_of_kv_head(sentence, row, at)):
        return False  # a share
    if row.key == "workload.micro_batch_size" and is_over(sentence.tokens, at):
        return False  # "micro-batches of 4 sequences: bubble 1/9"
    if row.key in WHOLES - _SHARED_OUT and is_of_part(sentence.tokens, at):
        return False
    if row.key in WHOLES and _is_left_of_division(sentence.tokens, at):
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
    if row.key == "hardware.memory" and (is_held_to(sentence.tokens, at) or _is_used(sentence, figure)):
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


def _is_share_of_peak(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether a rate is what a share before it leaves: "at 45% of their peak deliver 652 TFLOPS"."""
    return any(each.figure and each.figure.quantity.unit == PERCENT for each in tokens[max(0, at - 7) : at])


def _is_left_of_division(tokens: tuple[Token, ...], at: int) -> bool:
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


_OF = words("of the within under")
_CAPACITIES = words("capacity usable available limit size")
_USED = words("utilization utilisation efficiency effective reachable achievable attainable usable")
_PARTS = frozenset(":;")  # between what is counted and the parts of it
_NEEDED = words("requirement required needed usage footprint use consumption")  # of the model, not of the machines


def _shared(sentence: Sentence) -> Iterator[tuple[Row, int]]:
    """Figures that a second noun of the sentence explains: "1.8TBps with 80% utilization", "3 GPUs with 32GB each"."""
    tokens = sentence.tokens
    rates = [
        i
        for i, t in enumerate(tokens)
        if t.figure and t.figure.quantity.dimension == ROW_OF["hardware.memory_bandwidth"].units[0]
    ]
    memory = (
        "vram" in sentence.key_text
        or "memory" in sentence.key_text
        or "memory" in {t.stem for t in tokens}
        or "vram" in {t.stem for t in tokens}
    )
    for at, token in enumerate(tokens):
        figure = token.figure
        if figure is None:
            continue
        after = [t.stem for t in tokens[at + 1 : at + 3]]
        if figure.quantity.unit == PERCENT and rates and memory:
            used = not _USED.isdisjoint(after)
            of = after[:1] == ["of"] and at + 2 < len(tokens) and at + 2 in rates
            times = rates[0] == at - 2 and tokens[at - 1].sign == "×"
            if used or of or times:
                yield ROW_OF["hardware.bandwidth_utilization"], at
        if at in rates and sentence.key_text in _MEMORIES:
            yield ROW_OF["hardware.memory_bandwidth"], at
        if (
            figure.quantity.dimension == ROW_OF["hardware.memory"].units[0]
            and after[:1] in (["each"], ["vram"], ["memory"])
            and not _NEEDED & set(after[1:])
            and Topic.HARDWARE in sentence.scope.topics
        ):
            yield ROW_OF["hardware.memory"], at


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
