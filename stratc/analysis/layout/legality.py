"""The predicates of cost/legality.py bound to the facts of a plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from stratc.analysis.layout.topology import fast_domain
from stratc.arith.functions import product
from stratc.arith.term import Term, lift, plain
from stratc.arith.unit import figures
from stratc.cost import legality
from stratc.ir.origin import Missing, value_or

if TYPE_CHECKING:
    from stratc.analysis.case import Case
    from stratc.ir.origin import Known


SPARE = ("--enable-eplb", "--ep-num-redundant-experts", "--eplb-config.num_redundant_experts")
UNEVEN = (
    # arguments of Megatron-LM that fill stages unevenly
    *("--pipeline-model-parallel-layout", "--decoder-first-pipeline-num-layers", "--decoder-last-pipeline-num-layers"),
    *("--account-for-embedding-in-pipeline-split", "--account-for-loss-in-pipeline-split"),
)


class Cut(NamedTuple):
    """A fact that is cut into parts: the fact, the degree, the division as working, and whether it is legal."""

    whole: Known[Any]
    degree: Known[Any]
    working: Term
    legal: bool

    def __str__(self) -> str:
        return f"{self.working} = {figures(self.working.value, 4)}"

    @property
    def is_even(self) -> bool:
        """Whether the parts are whole numbers."""
        return legality.divides(1, self.working.value)


def cut(case: Case, whole: str, *degrees: str) -> Cut:
    """A fact divided by degrees; the first must be known, the others count as one where the plan does not say.

    Legal where the parts are whole numbers.  Raises Missing where the plan says too little, or says two things.
    """
    disputed = next((each.key for each in case.plan.conflicts if each.key in (whole, *degrees)), None)
    if disputed:
        raise Missing(disputed)
    first = case.known(degrees[0])
    sides = [case.number(key) for key in degrees if case.has(key)]
    if not all(plain(side) for side in sides):
        raise Missing(degrees[0])  # nothing can be divided by none
    working = lift(case.number(whole)) / product(sides)
    return Cut(case.known(whole), first, working, legality.divides(1, working.value))


def heads(case: Case) -> Cut:
    """Query heads over tensor-parallel devices."""
    found = cut(case, "model.heads", "strategy.tp")
    return _judged(found, legality.heads_divide(found.whole.value, found.degree.value))


def kv_heads(case: Case) -> Cut:
    """KV heads over tensor-parallel devices; latent attention has none to split."""
    found = cut(case, "model.kv_heads", "strategy.tp")
    latent = case.has("model.kv_lora_rank") or value_or(case.plan.model.attention, "") == "mla"
    return _judged(found, latent or legality.kv_heads_divide(found.whole.value, found.degree.value))


def layers(case: Case) -> Cut:
    """Layers over stages and their virtual stages; legal too where the plan lists the layers of every stage."""
    found = cut(case, "model.layers", "strategy.pp", "strategy.vpp")
    placed = any(stage.value.layers for stage in case.strategy.stages) or any(map(case.setting, UNEVEN))
    chunks = value_or(case.strategy.vpp, 1)
    return _judged(found, placed or legality.layers_divide(found.whole.value, found.degree.value, chunks))


def layers_with_ends(case: Case) -> bool:
    """Whether stages are even once the embedding, or it and the output layer, count as a layer each."""
    found = cut(case, "model.layers", "strategy.pp")
    chunks = value_or(case.strategy.vpp, 1)
    return any(legality.layers_divide(found.whole.value + ends, found.degree.value, chunks) for ends in (1, 2))


def experts(case: Case) -> Cut:
    """Experts over expert-parallel ranks; legal too with spare copies, or on a multiple of the experts."""
    found = cut(case, "model.experts", "strategy.ep")
    whole, ranks = found.whole.value, found.degree.value
    copied = any(case.claims("experts.backup")) or any(map(case.setting, SPARE)) or legality.divides(whole, ranks)
    return _judged(found, copied or legality.experts_divide(whole, ranks))


def widths(case: Case) -> Iterator[Cut]:
    """Columns of feed-forward blocks and of experts over the devices that split them."""
    pairs = (("model.ffn_hidden_size", "strategy.tp"), ("model.expert_hidden_size", "strategy.expert_tp"))
    for size, degree in pairs:
        if case.has(size, degree) and (size != "model.ffn_hidden_size" or uses_ffn(case)):
            found = cut(case, size, degree)
            yield _judged(found, legality.width_divides(found.whole.value, found.degree.value))


def uses_ffn(case: Case) -> bool:
    """Whether any block has the plain feed-forward size: not where all layers have experts of a size of their own."""
    if not case.has("model.experts", "model.expert_hidden_size"):
        return True
    every, dense = value_or(case.plan.model.moe_every, 1), value_or(case.plan.model.dense_layers, 0)
    return every > 1 or dense > 0 or case.has("model.moe_layers")


def batches(case: Case) -> Iterator[Cut]:
    """The global batch over replicas and micro-batches; batches smaller than their parts are not cut at all."""
    for degrees in (("strategy.dp", "workload.micro_batch_size"), ("workload.micro_batches",)):
        if not case.has(degrees[0]):
            continue
        found = cut(case, "workload.batch_size", *degrees)
        size = plain(case.number_or("workload.micro_batch_size", 1)) if len(degrees) > 1 else 1.0
        small = found.working.value < 1 and not case.launch  # a plan may count it otherwise, a launch cannot
        yield _judged(found, small or legality.batch_divides(found.whole.value, found.degree.value, size))


def sequence(case: Case) -> Cut:
    """The sequence over context-parallel ranks; a range is padded and always legal."""
    found = cut(case, "workload.sequence_length", "strategy.cp")
    length = found.whole.value
    return _judged(found, length.is_range or legality.sequence_divides(length.high, found.degree.value))


def head_size(case: Case) -> Cut:
    """The hidden size over the heads; legal too where heads have a size of their own."""
    found = cut(case, "model.hidden_size", "model.heads")
    return _judged(found, case.has("model.head_dim") or case.has("model.kv_lora_rank") or found.legal)


def node_groups(case: Case) -> Cut:
    """The devices of a node over tensor-parallel groups; a group inside a rack-scale NVLink domain is legal."""
    found = cut(case, "hardware.devices_per_node", "strategy.tp")
    domain = fast_domain(case) or found.whole.value
    rack = domain > found.whole.value and found.degree.value <= domain
    return _judged(found, rack or domain < 2 or found.legal)


def _judged(found: Cut, legal: bool) -> Cut:
    return Cut(found.whole, found.degree, found.working, legal)
