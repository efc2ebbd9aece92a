"""Parameters of the model and of a device, as the plan's facts imply them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from stratc.analysis.model.architecture import (
    Architecture,
    Assumption,
    architecture,
    matrices_in_workings,
    readings,
    unsettled,
)
from stratc.arith.term import Number, plain
from stratc.cost.ledger import Ledger
from stratc.cost.parameters import COMPONENTS, active_parameters, mlp_parameters, model_parameters
from stratc.ir.origin import Assumed, Known, Missing
from stratc.record import Record, dataclass

if TYPE_CHECKING:
    from stratc.analysis.case import Case

LARGEST_VOCABULARY = 262_208  # entries; the largest published for a language model (Gemma 3)
USUAL_VOCABULARY = 152_064  # entries; few models that are not multilingual have more (Qwen 2.5)
FEW_DENSE = 0.1  # of the layers
DIMENSIONS = ("layers", "hidden_size", "heads", "head_dim", "ffn_hidden_size", "experts", "expert_hidden_size")

SPREAD = 64  # a value further from the believed one is of another thing


class ParameterCount(NamedTuple):
    """What `stratc estimate` prints: None where `missing` names what would settle it."""

    total: float | None
    active: float | None
    components: dict[str, float | None]
    assumed: tuple[Assumption, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Bounds(Record):
    """The fewest and the most parameters that fit what the plan says, with the workings of the layers alone."""

    low: float
    high: float
    plain: Number  # two matrices a block, or as the plan says
    gated: Number  # three matrices a block, or as the plan says


def count_parameters(case: Case) -> ParameterCount:
    """Parameters by component; parts that the plan leaves open are None and named in `missing`."""
    case = case.silent
    missing = tuple(unsettled(case))
    try:
        found = architecture(case)
    except Missing as unknown:
        missing = tuple(dict.fromkeys((unknown.key, *missing)))
        return ParameterCount(None, None, dict.fromkeys(COMPONENTS), (), missing)
    counted = model_parameters(found.shape)
    components: dict[str, float | None] = {name: plain(n) for name, n in counted.rows}
    if not found.shape.vocab:
        components |= {"embedding": None, "lm_head": None}
        return ParameterCount(None, None, components, found.assumed, found.missing)
    total = plain(counted.total)
    if found.shape.experts and not found.shape.top_k:
        return ParameterCount(total, None, components, found.assumed, ("model.top_k",))
    return ParameterCount(total, plain(active_parameters(found.shape)), components, found.assumed)


def layers_active(case: Case) -> float | None:
    """Parameters of the layers that one token uses, where the plan leaves only the vocabulary open, else None."""
    try:
        shape = replace(architecture(case.silent).shape, vocab=0, position_rows=0)
    except Missing:
        return None
    return None if shape.experts and not shape.top_k else plain(active_parameters(shape))


def active_share(case: Case) -> float:
    """Share of the parameters of all layers that one token uses at least; raises Missing without an architecture."""
    shape = replace(architecture(case.silent).shape, vocab=0, position_rows=0)
    if not shape.experts:
        return 1.0
    least, whole = (replace(shape, top_k=count) for count in (shape.top_k or 1, shape.experts))
    return plain(active_parameters(least)) / plain(active_parameters(whole))


def expert_sizes(case: Case) -> tuple[Number, Number]:
    """Parameters of one expert of a layer, with plain and with gated blocks; raises Missing."""
    hidden, wide = case.number("model.hidden_size"), case.number("model.expert_hidden_size")
    return mlp_parameters(hidden, wide, 2), mlp_parameters(hidden, wide, 3)


def held_experts(case: Case) -> tuple[Number, Number]:
    """The fewest and the most parameters of the experts that the plan gives a device.

    The fewest are those of one layer with plain blocks, split by tensor parallelism; the most those of all layers with
    gated blocks.  Raises Missing where the plan does not say.
    """
    few, most = (
        case.number("strategy.experts_per_device")
        * mlp_parameters(case.number("model.hidden_size"), case.number("model.expert_hidden_size"), matrices)
        for matrices in (2, 3)
    )
    split = (
        case.number_or("strategy.expert_tp", 1) if case.has("strategy.expert_tp") else case.number_or("strategy.tp", 1)
    )
    return few / split, most * readings(case)[-1].shape.moe_layers


def layer_ledger(found: Architecture) -> Ledger:
    """The layers alone, without embeddings and output layer."""
    return model_parameters(replace(found.shape, vocab=0, position_rows=0))


def parameter_bounds(case: Case) -> Bounds:
    """Between which counts the model must lie; raises Missing where the architecture is not said.

    Unsaid are whether blocks are gated (both), the vocabulary (none to the largest published, tied or not) and the
    number of key-value heads (one to as many as query heads).  Where the plan gives a dimension twice, differently,
    either may hold.
    """
    matrices = case.once(matrices_in_workings)
    main, *others = (_bounds(each, matrices) for each in (case, *_variants(case)))
    low = min(each.low for each in (main, *others))
    return replace(main, low=low, high=max(each.high for each in (main, *others)))


def usual_most(case: Case) -> float:
    """The most parameters with a vocabulary that is not said of no more than the usual size; raises Missing."""
    shapes = [each.shape for each in readings(with_dense_width(case), case.once(matrices_in_workings))]
    vocab = shapes[-1].vocab or USUAL_VOCABULARY
    return max(plain(model_parameters(replace(each, vocab=vocab)).total) for each in shapes)


def active_bounds(case: Case) -> tuple[float, float, float]:
    """The fewest parameters that one token uses, the most, and the most with no more than the usual vocabulary.

    Unsaid dimensions are taken as in `parameter_bounds`; raises Missing where the plan does not say how tokens are
    routed.
    """
    case.known("model.top_k"), case.known("model.experts"), case.known("model.expert_hidden_size")
    shapes = [each.shape for each in readings(with_dense_width(case), case.once(matrices_in_workings))]
    least = replace(shapes[0], kv_heads=shapes[0].kv_heads if case.has("model.kv_heads") else 1)
    most = replace(shapes[-1], tied=False)
    return (
        plain(active_parameters(replace(least, vocab=0, position_rows=0))),
        plain(active_parameters(replace(most, vocab=most.vocab or LARGEST_VOCABULARY))),
        plain(active_parameters(replace(most, vocab=most.vocab or USUAL_VOCABULARY, tied=True))),
    )


def is_disputed(case: Case, *keys: str) -> bool:
    """Whether the plan gives one of these keys, or a dimension of the model, several values."""
    return case.has_several(*keys, *(f"model.{name}" for name in DIMENSIONS))


def _variants(case: Case) -> Iterator[Case]:
    """The case with the least and with the largest value that the plan also gives for each dimension of the model.

    A model grows with every one of them, so what lies between need not be counted.
    """
    for conflict in case.plan.conflicts:
        record, _, name = conflict.key.partition(".")
        near = [
            other
            for other in (conflict.others if record == "model" and name in DIMENSIONS else ())
            if 0 < conflict.believed.value / SPREAD <= other.value <= conflict.believed.value * SPREAD
        ]
        if near:
            ends = (min(near, key=lambda each: each.value), max(near, key=lambda each: each.value))
            for other in dict.fromkeys(ends):
                yield replace(case, plan=replace(case.plan, model=replace(case.plan.model, **{name: other})))


def with_dense_width(case: Case) -> Case:
    """A case whose few dense layers beside those with experts are of a usual width, where the plan gives none."""
    known = case.has("model.layers", "model.hidden_size", "model.expert_hidden_size")
    if not known or case.has("model.ffn_hidden_size"):
        return case
    layers = case.known("model.layers").value
    dense = layers - case.known("model.moe_layers").value if case.has("model.moe_layers") else 0
    if not dense and case.has("model.dense_layers"):
        dense = case.known("model.dense_layers").value
    if not 0 < dense <= FEW_DENSE * layers:
        return case
    width = Known(4 * case.known("model.hidden_size").value, Assumed("few dense layers weigh little"))
    return replace(case, plan=replace(case.plan, model=replace(case.plan.model, ffn_hidden_size=width)))


def _bounds(case: Case, matrices: int) -> Bounds:
    found = readings(with_dense_width(case), matrices)
    shapes = [each.shape for each in found]
    fewest = replace(shapes[0], kv_heads=shapes[0].kv_heads if case.has("model.kv_heads") else 1)
    vocab = shapes[0].vocab or LARGEST_VOCABULARY
    most = replace(shapes[-1], vocab=vocab, tied=shapes[-1].tied and case.has("model.tied_embeddings"))
    return Bounds(
        low=plain(model_parameters(fewest).total),
        high=plain(model_parameters(most).total),
        plain=layer_ledger(found[0]).total,
        gated=layer_ledger(found[-1]).total,
    )
