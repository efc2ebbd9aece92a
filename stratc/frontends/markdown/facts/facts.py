"""Sentences to statements of facts: by label, by the phrase before a figure, by the noun after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.arith.unit import PERCENT
from stratc.frontends.markdown.document.asides import role_after, role_before
from stratc.frontends.markdown.document.rows import BEFORE, ROW_OF, value_of
from stratc.frontends.markdown.document.saying import relation_before, say, usual
from stratc.frontends.markdown.facts.counted_for import per_of
from stratc.frontends.markdown.facts.labels import labelled
from stratc.frontends.markdown.facts.nouns import counted
from stratc.frontends.markdown.facts.plausible import is_plausible
from stratc.frontends.markdown.facts.prefixes import prefixed
from stratc.frontends.markdown.layout.held_by import (
    is_of_node,
)
from stratc.frontends.markdown.layout.specifications import specifications
from stratc.frontends.markdown.words.vocabulary import Form, Row, words
from stratc.ir.scope import Role, Topic
from stratc.ir.statement import CEILINGS, Relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_REACHED = words("achieved expected estimated projected calculated measured predicted actual")
_MEMORIES = frozenset(("memory", "vram", "hbm", "gpu memory", "memory per gpu", "显存", "单卡显存"))
_COUNTS = words("strategy.device_count hardware.device_count")
_CLAUSES = frozenset(",;:")
_HELD = words("activation stash stashed hold keep")
_GOALS = words("target requirement limit required goal budget sla slo 目标 要求")
_USED = words("utilization utilisation efficiency effective reachable achievable attainable usable")
_NEEDED = words("requirement required needed usage footprint use consumption")  # of the model, not of the machines


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
    if value is None or not is_plausible(sentence, row, relation, at):
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
