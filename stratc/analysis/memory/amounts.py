"""Amounts of memory that rules hold figures against, as workings of the plan's facts; each raises Missing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING

from stratc.analysis.memory.cache import token_cache
from stratc.analysis.memory.setting import element_bytes
from stratc.analysis.model.architecture import readings
from stratc.analysis.model.parameters import LARGEST_VOCABULARY, layer_ledger, parameter_bounds, with_dense_width
from stratc.arith.functions import product
from stratc.arith.term import Named, Number, Term, lift, plain
from stratc.arith.unit import UNITS
from stratc.cost.activations import full_recompute_activations, gpt_layer_activations_selective
from stratc.cost.memory import ELEMENT_BYTES, MIXED, adam_moments, model_states, weight_bytes
from stratc.cost.parameters import matrix_parameters
from stratc.ir.origin import Missing, value_or
from stratc.ir.statement import Per, Relation

if TYPE_CHECKING:
    from stratc.analysis.case import Case
    from stratc.ir.claim import Claim


def model_weights(case: Case) -> Term:
    """Bytes of all declared parameters in the plan's precision."""
    return lift(weight_bytes(case.number("model.parameters"), element_bytes(case)))


def stated_weights(case: Case) -> Term:
    """Bytes of the whole model: declared parameters in the plan's precision, else the one figure given for all weights.

    A figure that does not say what it counts may be that of a device: rules divide it further, never multiply it.
    """
    if case.has("model.parameters", "model.precision"):
        return model_weights(case)
    whole = [each for each in case.claims("memory.weights") if each.per in (Per.UNSAID, Per.TOTAL)]
    if len({each.value for each in whole}) != 1 or whole[0].relation is not Relation.IS:
        raise Missing("model.parameters")
    return Named("weights", whole[0].value, whole[0], UNITS["GB"])


def sized_weights(case: Case, claim: Claim) -> Term:
    """Bytes of the parameters beside a figure, in the precision that its clause names, else in the plan's."""
    if claim.working is None or (claim.cause and claim.cause not in ELEMENT_BYTES):
        raise Missing("model.precision")
    return lift(weight_bytes(claim.working, ELEMENT_BYTES[claim.cause] if claim.cause else element_bytes(case)))


def weight_bounds(case: Case) -> tuple[float, float]:
    """The fewest and the most bytes the weights can take: by the declared size and by the architecture."""
    width, declared = element_bytes(case), plain(case.number("model.parameters"))
    try:
        bounds = parameter_bounds(case)
    except Missing:
        return declared * width, declared * width
    return min(declared, bounds.low) * width, max(declared, bounds.high) * width


def least_device_weights(case: Case) -> Term:
    """Bytes of the weights of a device's layers at least, vocabulary not counted; raises Missing.

    Tensor and pipeline degrees divide everything, the expert degree experts; those left open divide nothing.  A few
    dense layers of an unsaid width count their attention alone.
    """
    parts = layer_ledger(readings(with_dense_width(case))[0])
    dense, experts = ((parts[name] or 0) for name in ("attention", "experts"))
    mlp = (parts["mlp"] or 0) if case.has("model.ffn_hidden_size") or not plain(experts) else 0
    width = element_bytes(case)
    split = case.number("strategy.tp") * case.number_or("strategy.pp", 1)
    spread = case.number_or("strategy.ep", 1) * case.number_or("strategy.pp", 1) * case.number_or("strategy.tp", 1)
    held = lift(weight_bytes(dense + mlp, width)) / split
    return lift(held + lift(weight_bytes(experts, width)) / spread) if plain(experts) else held


def spread_weights(case: Case) -> Term | None:
    """Bytes of the weights of a device at most: its part of the experts, and everything else of its stage undivided.

    None for a dense model, or where degrees or architecture are not said.
    """
    if not case.has("model.experts", "strategy.ep", "model.precision") or case.known("strategy.ep").value < 2:
        return None
    try:
        parts, hidden = layer_ledger(readings(case)[-1]), case.number("model.hidden_size")
    except Missing:
        return None
    width, stages = element_bytes(case), case.number_or("strategy.pp", 1)
    rest = plain(parts.total) - plain(parts["experts"])
    whole = max(plain(parts.total), plain(case.number_or("model.parameters", 0)))
    dense = Named("beside experts", rest, None, UNITS["parameters"])
    experts = Named("of experts", whole - rest, None, UNITS["parameters"])
    ends = 2 * case.number_or("model.vocab_size", LARGEST_VOCABULARY) * hidden
    spread = dense / stages + experts / (case.number("strategy.ep") * stages) + ends
    return lift(spread * width)


def component_weights(case: Case, name: str) -> Term:
    """Bytes of a component of all layers together, in the widest reading of the architecture."""
    return lift(weight_bytes(layer_ledger(readings(case)[-1])[name], element_bytes(case)))


def component_counts(case: Case, claim: Claim) -> tuple[Term, ...]:
    """Parameters of the expert, or the block of one layer, that a memory figure is given for: plain and gated."""
    hidden = case.number("model.hidden_size")
    match claim.metric, claim.per:
        case "memory.attention", Per.LAYER:
            return (lift(4 * matrix_parameters(hidden, hidden)),)
        case "memory.mlp", Per.LAYER:
            matrix = matrix_parameters(hidden, case.number("model.ffn_hidden_size"))
        case "memory.experts", Per.EXPERT:
            wide = "model.expert_hidden_size" if case.has("model.expert_hidden_size") else "model.ffn_hidden_size"
            matrix = matrix_parameters(hidden, case.number(wide))
        case _:
            return ()
    return lift(2 * matrix), lift(3 * matrix)


def one_projection(case: Case) -> Iterator[Term]:
    """Bytes of one square projection in all layers, in the ways that tensor and pipeline parallelism may divide it."""
    hidden = case.number("model.hidden_size")
    whole = lift(weight_bytes(case.number("model.layers") * matrix_parameters(hidden, hidden), element_bytes(case)))
    degrees = [case.number(key) for key in ("strategy.tp", "strategy.pp") if case.has(key)]
    for count in range(len(degrees) + 1):
        for some in combinations(degrees, count):
            yield lift(whole / product(some)) if some else whole


def moments(case: Case) -> Term:
    """Bytes of Adam's two moments of all declared parameters, in FP32."""
    return lift(adam_moments(case.number("model.parameters")))


def moments_of(weights: Number, width: Number) -> Term:
    """Bytes of Adam's two moments, in FP32, of weights of so many bytes an element."""
    return lift(adam_moments(weights / width))


def gradients_and_optimizer(case: Case) -> float:
    """Bytes of gradients and optimizer state of all declared parameters in mixed precision, nothing sharded."""
    states = model_states(plain(case.number("model.parameters")), MIXED, 1, 0)
    return plain(states["gradients"]) + plain(states["optimizer"])


def hidden_state(case: Case) -> Term:
    """Bytes of one hidden state of the whole batch at its full length."""
    return lift(full_recompute_activations(*_sizes(case), element_bytes(case)))


def kept_by_layer(case: Case) -> Term:
    """Bytes that one layer keeps of the whole batch for its backward pass, scores of attention not counted."""
    return lift(gpt_layer_activations_selective(*_sizes(case)))


def _sizes(case: Case) -> tuple[Number, Number, Number]:
    return (
        case.number("workload.sequence_length"),
        case.number("workload.batch_size"),
        case.number("model.hidden_size"),
    )


def token_hidden_state(case: Case) -> Term:
    """Bytes of one token's hidden state on a device."""
    width = case.number("model.hidden_size") * element_bytes(case)
    degrees = [case.number(key) for key in ("strategy.tp", "strategy.cp") if case.has(key)]
    split = [degree for degree in degrees if plain(degree) > 1]
    return lift(width / product(split) if split else width)


def room_for_tokens(case: Case) -> Term:
    """Tokens that the memory of a replica has room for beside the weights; raises Missing."""
    devices = case.number("strategy.tp") * case.number_or("strategy.pp", 1)
    own = [each.value for each in case.claims("memory.kv_cache") if each.per is Per.TOKEN]
    least = min((token_cache(case).value, *own))
    spread = value_or(case.strategy.ep, 1) > plain(devices)  # experts lie on devices of other replicas as well
    room = lift(case.number("hardware.memory") * devices)
    free = room if spread else lift(room - model_weights(case))
    return lift(free / Named("of cache a token", least, None, UNITS["KB"]))
