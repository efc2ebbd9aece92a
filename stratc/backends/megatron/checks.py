"""What Megatron-LM's own checks refuse, and what it has no setting for, as conditions on facts.

Source: Megatron-Core 0.8 to 0.19, megatron/training/arguments.py (validate_args), transformer_config.py, for
feed-forward sizes the `divide` of tensor_parallel/layers.py at model build, for interleaving and sequence
parallelism the first step (pipeline_parallel/schedules.py, tensor_parallel/mappings.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stratc.analysis.case import Case
from stratc.analysis.layout.launch import Layout, Problem
from stratc.analysis.layout.legality import uses_ffn
from stratc.backends.dividing import head_size, is_latent, query_groups, undivided
from stratc.backends.flags import length, value
from stratc.backends.megatron.network import without_biases
from stratc.backends.megatron.versions import KV_COPIES, order
from stratc.ir.origin import Known

DIVIDES = (
    # what is divided, by which degree
    ("model.heads", "tp"),
    ("model.ffn_hidden_size", "tp"),
    ("model.expert_hidden_size", "expert_tp"),
    ("model.shared_expert_hidden_size", "tp"),
    ("model.experts", "ep"),
)
SCHEDULES = ("1f1b", "interleaved")
PRECISIONS = ("fp32", "tf32", "bf16", "fp16", "fp8", "fp4")


def problems(case: Case, layout: Layout, version: str) -> Iterator[Problem]:
    """Every check of Megatron that this layout fails."""
    for key, degree in DIVIDES:
        fact = case.fact(key)
        if isinstance(fact, Known) and (key != "model.ffn_hidden_size" or uses_ffn(case)):
            yield from undivided(key.partition(".")[2].replace("_", " "), fact, degree, getattr(layout, degree))
    yield from head_size(case)
    yield from query_groups(case)
    yield from _kv_heads(case, layout, version)
    yield from _sequence(case, layout)
    yield from _virtual_stages(layout)
    yield from _biases(case, layout)


def _kv_heads(case: Case, layout: Layout, version: str) -> Iterator[Problem]:
    """KV heads must divide by tp, or since 0.16 tp by them."""
    fact, tp = case.fact("model.kv_heads"), layout.tp
    if not isinstance(fact, Known) or is_latent(case) or fact.value % tp.value == 0:
        return
    if tp.value % fact.value:
        message = f"{fact.value} KV heads and tp {tp.value} do not divide one another"
        yield Problem(message, (fact, tp), ("KV heads", "tp"))
    elif order(version) < order(KV_COPIES):
        message = f"{fact.value} KV heads are fewer than tp {tp.value}, which Megatron-Core takes since {KV_COPIES}"
        yield Problem(message, (fact, tp), ("KV heads", "tp"))


def _sequence(case: Case, layout: Layout) -> Iterator[Problem]:
    """Causal balance cuts a sequence into 2 · cp chunks; sequence parallelism deals out what a rank has of it to tp."""
    longest, cp, tp = length(case), layout.cp, layout.tp
    if longest is None:
        return
    if cp.value > 1 and longest.value % (2 * cp.value):
        message = f"sequence length {longest.value} does not divide by 2 × cp {cp.value}"
        yield Problem(message, (longest, cp), ("sequence length", "cp"))
    elif splits_sequence(case, layout) and longest.value // cp.value % tp.value:
        message = f"sequence length {longest.value} ÷ cp {cp.value} does not divide by tp {tp.value}"
        yield Problem(message, (longest, tp), ("sequence length", "tp"))


def splits_sequence(case: Case, layout: Layout) -> Known[Any] | None:
    """What asks for sequence parallelism: the plan, or experts under tensor parallelism."""
    stated = value(case, "strategy.sp")
    if layout.tp.value == 1:
        return None
    return stated if stated and stated.value > 1 else value(case, "model.experts")


def _virtual_stages(layout: Layout) -> Iterator[Problem]:
    """Interleaving needs several stages, and micro-batches that leave no group shorter than the pipeline."""
    pp, vpp, count = layout.pp, layout.vpp, layout.micro_batches
    if vpp.value == 1:
        return
    if pp.value == 1:
        yield Problem(f"vpp {vpp.value} on a pipeline of one stage", (vpp, pp), ("vpp", "pp"))
    elif count.value < pp.value or count.value % pp.value:
        message = f"{count.value} micro-batches are no multiple of pp {pp.value}, which interleaving needs"
        yield Problem(message, (count, pp, vpp), ("micro-batches", "pp", "vpp"))


def _biases(case: Case, layout: Layout) -> Iterator[Problem]:
    biases, degree = value(case, "model.mlp_bias"), layout.expert_tp
    if value(case, "model.experts") and biases and without_biases(case) is None and degree.value > 1:
        message = f"experts with biases cannot be split by expert tp {degree.value}"
        yield Problem(message, (biases, degree), ("biases", "expert tp"))


def inexpressible(case: Case, layout: Layout) -> Iterator[Problem]:
    """What the plan asks for and Megatron has no setting for."""
    yield from _outside(case, "strategy.schedule", SCHEDULES, "Megatron has the schedules 1f1b and interleaved")
    yield from _outside(case, "model.precision", PRECISIONS, "Megatron trains in FP32, BF16, FP16, FP8 or FP4")
    yield from _outside(case, "model.position_embedding", ("learned", "rope", "none"), "Megatron has no such positions")
    sp, tp = value(case, "strategy.sp"), layout.tp
    if sp and sp.value > 1 and sp.value != tp.value:
        message = f"sequence parallelism of degree {sp.value} beside tp {tp.value}: Megatron's has the degree of tp"
        yield Problem(message, (sp, tp), ("sequence parallelism", "tp"))


def _outside(case: Case, key: str, known: tuple[str, ...], has: str) -> Iterator[Problem]:
    fact = value(case, key)
    if fact and str(fact.value).lower() not in known:
        what = key.partition(".")[2].replace("_", " ")
        yield Problem(f"the {what} {_word(fact.value)}: {has}", (fact,), ("stated here",))


def _word(text: object) -> str:
    return "".join(each if each.isalnum() or each in "-_. " else "?" for each in str(text))[:40]
