"""What Megatron-LM's own checks refuse, as data: each a condition on facts and the sentence for when it fails.

Source: Megatron-Core 0.19, megatron/training/arguments.py (validate_args) and transformer_config.py, and for the
feed-forward sizes the `divide` of tensor_parallel/layers.py at model build.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stratc.analysis.case import Case
from stratc.analysis.launch import Layout, Problem
from stratc.ir.origin import Known

DIVIDES = (
    # what is divided, by which degree
    ("model.heads", "tp"),
    ("model.ffn_hidden_size", "tp"),
    ("model.expert_hidden_size", "expert_tp"),
    ("model.experts", "ep"),
)


def problems(case: Case, layout: Layout) -> Iterator[Problem]:
    """Every check of Megatron that this layout fails."""
    for key, degree in DIVIDES:
        fact = case.fact(key)
        if isinstance(fact, Known):
            yield from _undivided(key.partition(".")[2].replace("_", " "), fact, degree, getattr(layout, degree))
    yield from _kv_heads(case, layout)
    yield from _sequence(case, layout)
    yield from _layers(case, layout)


def _undivided(name: str, fact: Known[Any], degree: str, by: Known[int]) -> Iterator[Problem]:
    if fact.value % by.value:
        shown = degree.replace("_", " ")
        yield Problem(f"{name} {fact.value} do not divide by {shown} {by.value}", (fact, by), (name, shown))


def _kv_heads(case: Case, layout: Layout) -> Iterator[Problem]:
    """KV heads must divide by tp, or tp by them (since 0.16)."""
    fact, tp = case.fact("model.kv_heads"), layout.tp
    if isinstance(fact, Known) and fact.value % tp.value and tp.value % fact.value:
        message = f"{fact.value} KV heads and tp {tp.value} do not divide one another"
        yield Problem(message, (fact, tp), ("KV heads", "tp"))


def _sequence(case: Case, layout: Layout) -> Iterator[Problem]:
    """Context parallelism cuts a sequence into 2 · cp chunks for causal balance."""
    length, cp = case.fact("workload.sequence_length"), layout.cp
    if isinstance(length, Known) and cp.value > 1 and int(length.value.high) % (2 * cp.value):
        message = f"sequence length {int(length.value.high)} does not divide by 2 × cp {cp.value}"
        yield Problem(message, (length, cp), ("sequence length", "cp"))


def _layers(case: Case, layout: Layout) -> Iterator[Problem]:
    """Layers must divide by the stages and virtual stages, unless the plan places them stage by stage."""
    layers = case.fact("model.layers")
    chunks = layout.pp.value * layout.vpp.value
    if isinstance(layers, Known) and layers.value % chunks and not any(s.value.layers for s in case.strategy.stages):
        message = f"{layers.value} layers do not divide by pp {layout.pp.value} × vpp {layout.vpp.value} = {chunks}"
        yield Problem(message, (layers, layout.pp, layout.vpp), ("layers", "pp", "vpp"))
