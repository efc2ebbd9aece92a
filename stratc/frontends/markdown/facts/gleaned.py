"""What lists and workings of running text say besides, kept where nothing else of the document says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.devices.counted_nodes import counted_nodes
from stratc.frontends.markdown.devices.launched_nodes import launched_nodes
from stratc.frontends.markdown.devices.replicas import replicas
from stratc.frontends.markdown.facts.anatomy import anatomies
from stratc.frontends.markdown.facts.bare_items import bare_items
from stratc.frontends.markdown.facts.beside_names import beside_names
from stratc.frontends.markdown.facts.device_rates import device_rates
from stratc.frontends.markdown.facts.expert_blocks import expert_blocks
from stratc.frontends.markdown.facts.in_passing import in_passing
from stratc.frontends.markdown.facts.lone_machines import lone_machines
from stratc.frontends.markdown.facts.memory_of_each import memory_of_each
from stratc.frontends.markdown.facts.model_states import sharded_over
from stratc.frontends.markdown.facts.passing_models import SHARED_OPTIMIZER
from stratc.frontends.markdown.facts.sparse_layers import all_sparse
from stratc.frontends.markdown.facts.traffic import traffic
from stratc.frontends.markdown.layout.batch_parts import batch_parts
from stratc.frontends.markdown.layout.counted_parts import counted_parts
from stratc.frontends.markdown.layout.dealt_by_degrees import dealt_by_degrees
from stratc.frontends.markdown.layout.experts_dealt import experts_dealt
from stratc.frontends.markdown.layout.stage_sizes import stage_sizes
from stratc.ir.plan import FACTS
from stratc.ir.scope import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_NEAR = 0.12  # by which the size in the name of a model may round its parameters


def gleaned(said: Sequence[Sentence], statements: Sequence[Statement]) -> Iterator[Statement]:
    """Statements of the plan that no reader made yet, whose fact has no other value and whose figure no other fact.

    What a launch sets is no other value of a figure that the text works out: it contradicts it.
    """
    set_ = {each.span for each in statements if each.subject.startswith("setting.")}
    stated, told = _values(statements), _values([each for each in statements if each.span not in set_])
    worked = {each.span.start for each in statements if each.working is not None}
    taken = {each.span.start for each in statements if each.subject in FACTS or each.subject == "sequences.cache"}
    counting = [sentence for sentence in said if sentence.has_digit or SHARED_OPTIMIZER.concerns(sentence.text)]
    readers = (
        device_rates,
        traffic,
        bare_items,
        memory_of_each,
        sharded_over,
        experts_dealt,
        counted_parts,
        in_passing,
        all_sparse,
    )
    beside = (each for sentence in counting for read in readers for each in read(sentence))
    every = (
        *anatomies(said),
        *beside_names(said, statements),
        *beside,
        *replicas(said, statements),
        *dealt_by_degrees(said, statements),
        *stage_sizes(said, statements),
        *batch_parts(counting, statements),
        *launched_nodes(statements),
        *counted_nodes(statements),
        *lone_machines(said, statements),
    )
    every = (*every, *expert_blocks(counting, (*statements, *every)))
    read = {(each.subject, each.span.start): each for each in every}
    found = [each for each in read.values() if each.scope.role is Role.PLAN and each.span.start not in taken]
    values: dict[str, set[object]] = {}
    for each in found:
        values.setdefault(each.subject, set()).add(each.value)
    for each in found:
        known = (told if each.span.start in worked else stated).get(each.subject, [])
        if len(values[each.subject]) == 1 and all(_agree(each.value, other) for other in known):
            yield each


def _values(statements: Sequence[Statement]) -> dict[str, list[object]]:
    """Every value that the plan gives each fact."""
    found: dict[str, list[object]] = {}
    for each in statements:
        if each.scope.role is Role.PLAN and each.subject in FACTS:
            found.setdefault(each.subject, []).append(each.value)
    return found


def _agree(value: object, other: object) -> bool:
    """Whether two values are the same, or parameters and the size in a name that rounds them."""
    if isinstance(value, float) and isinstance(other, float):
        return abs(value - other) <= _NEAR * max(value, other)
    return value == other
