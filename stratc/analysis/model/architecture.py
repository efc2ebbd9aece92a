"""The architecture that a plan describes, as a shape of the cost model, with what had to be assumed or is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from stratc.analysis.model.families import Peculiarity, peculiarity
from stratc.analysis.said.factors import product_of
from stratc.arith.term import Number, plain
from stratc.cost.parameters import cached_layers
from stratc.cost.shape import Biases, Latent, Norms, Shape, Sliding
from stratc.ir.origin import Assumed, Known, Missing
from stratc.record import Record, dataclass

if TYPE_CHECKING:
    from stratc.analysis.case import Case


class Assumption(NamedTuple):
    """A choice that the plan leaves open, and why this one was made."""

    key: str
    value: float | str | bool
    because: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Architecture(Record):
    """A shape, the choices assumed in it, and the keys without which it is incomplete."""

    shape: Shape
    assumed: tuple[Assumption, ...] = ()
    missing: tuple[str, ...] = ()


ONE = Known(1, Assumed("a count of parameters needs the width of all heads only"))


def architecture(case: Case) -> Architecture:
    """What the plan says of the model; raises Missing where layers or widths are not said.

    Choices that change little are assumed; the vocabulary is not, and its absence is named.
    """
    return case.once(_architecture)


def _architecture(case: Case) -> Architecture:
    assumed: list[Assumption] = []
    heads, own = _heads(case), peculiarity(case)
    shape = Shape(
        layers=_positive(case, "model.layers"),
        hidden=_positive(case, "model.hidden_size"),
        heads=heads,
        kv_heads=_kv_heads(case, heads, assumed),
        head_dim=_head_dim(case, heads),
        vocab=_present(case, "model.vocab_size"),
        position_rows=_position_rows(case),
        tied=_choice(case, "model.tied_embeddings", False, "an output layer of its own is usual", assumed),
        matrices=3 if _gated(case, assumed) else 2,
        latent=_latent(case),
        sinks=own.sinks,
        biases=_biases(case, own),
        norms=_norms(case, own),
        value_dim=own.value_dim,
        output_gate=own.output_gate,
        shared_gate=own.shared_gate,
        delta=own.delta,
        indexer=own.indexer,
        windows=own.windows,
        sliding=sliding(case),
        mamba=own.mamba,
    )
    shape = _with_feed_forward(case, shape)
    return Architecture(shape, tuple(assumed), () if shape.vocab else ("model.vocab_size",))


UNSAID = {
    # what a shape without a word on it amounts to
    "model.norm": Known("RMSNorm", Assumed("the plan names no norm; one without biases is usual")),
    "model.position_embedding": Known("rope", Assumed("the plan names no positions; rotary ones are usual")),
    "model.mlp_bias": Known(False, Assumed("the plan names no biases")),
}


def settled(case: Case) -> Case:
    """The case with the choices of `architecture` as assumed facts, so that what is launched is what is estimated."""
    try:
        chosen = {each.key: Known(each.value, Assumed(each.because)) for each in architecture(case).assumed}
    except Missing:
        chosen = {}
    unsaid = (each for each in (UNSAID | chosen).items() if not case.has(each[0]))
    added: dict[str, Any] = {key.partition(".")[2]: known for key, known in unsaid}
    model = replace(case.plan.model, **added)
    return replace(case, plan=replace(case.plan, model=model))


def readings(case: Case, matrices: int | None = None) -> tuple[Architecture, ...]:
    """Every architecture the plan may mean where it does not say whether feed-forward blocks are gated.

    Where it says nothing of heads, queries, keys and values are as wide as the hidden size.

    A working of the plan that counts the matrices of a block ("2 matrices") says it; `matrices` are those, where they
    were counted before.
    """
    one = architecture(case if case.has("model.heads") or case.has("model.head_dim") else _with_one_head(case))
    if case.has("model.gated"):
        return (one,)
    said = case.once(matrices_in_workings) if matrices is None else matrices
    if said:
        return (replace(one, shape=replace(one.shape, matrices=said)),)
    return tuple(replace(one, shape=replace(one.shape, matrices=count)) for count in (2, 3))


def _with_one_head(case: Case) -> Case:
    """A case whose heads are unsaid, given one head of the full width: what a count of parameters needs."""
    return replace(case, plan=replace(case.plan, model=replace(case.plan.model, heads=ONE)))


def matrices_in_workings(case: Case) -> int:
    """The matrices of a feed-forward block that the plan's own workings count, 0 where they count none or differ."""
    workings = [claim.working for claim in case.claims("memory", "parameters") if claim.working is not None]
    products = [product for working in workings if (product := product_of(working))]
    counts = {factor.value for product in products for factor in product.over if factor.word.startswith("matri")}
    return int(counts.pop()) if len(counts) == 1 and counts <= {2.0, 3.0} else 0


def kv_shape(case: Case) -> tuple[Number, Latent | None, Number, Number]:
    """Layers that keep them, latent attention if there is any, key-value heads and their width; raises Missing.

    Where the plan says nothing of heads, keys and values are as wide as the hidden size.
    """
    own, latent = peculiarity(case), _latent(case)
    layers = cached_layers(Shape(0, 0, 0, 0, 0, delta=own.delta, mamba=own.mamba), case.number("model.layers"))
    if not case.has("model.heads") and not case.has("model.head_dim"):
        return layers, latent, 1, case.number("model.hidden_size")
    heads = case.number("model.kv_heads") if case.has("model.kv_heads", "model.head_dim") else _heads(case)
    return layers, latent, _kv_heads(case, heads, []), _head_dim(case, heads)


def _positive(case: Case, key: str) -> Number:
    """A size; one of zero or less is as good as not said."""
    number = case.number(key)
    if plain(number) <= 0:
        raise Missing(key)
    return number


def _present(case: Case, key: str) -> Number:
    """The fact as a number, zero where the plan does not say or says there is none."""
    fact = case.fact(key)
    return case.number(key) if isinstance(fact, Known) and fact.value else 0


def _choice(case: Case, key: str, default: bool, because: str, assumed: list[Assumption]) -> bool:
    fact = case.fact(key)
    if isinstance(fact, Known):
        return bool(fact.value)
    assumed.append(Assumption(key, default, because))
    return default


def _gated(case: Case, assumed: list[Assumption]) -> bool:
    """Whether feed-forward blocks are gated; root-mean-square norms and gates came with the same models."""
    fact = case.fact("model.norm")
    modern = isinstance(fact, Known) and "rms" in str(fact.value).lower()
    reason = "models with RMSNorm have gated blocks" if modern else "two matrices a block unless a gate is named"
    return _choice(case, "model.gated", modern, reason, assumed)


def _heads(case: Case) -> Number:
    if _present(case, "model.heads"):
        return case.number("model.heads")
    if _present(case, "model.head_dim"):
        return case.number("model.hidden_size") / case.number("model.head_dim")
    raise Missing("model.heads")


def _head_dim(case: Case, heads: Number) -> Number:
    if case.has("model.head_dim"):
        return _positive(case, "model.head_dim")
    return case.number("model.hidden_size") / heads if case.explain else _whole(case, plain(heads))


def _whole(case: Case, heads: float) -> Number:
    """Hidden size over heads, kept an integer where it is one, so that counts stay exact."""
    hidden = plain(case.number("model.hidden_size"))
    return int(hidden // heads) if hidden % heads == 0 else hidden / heads


def _kv_heads(case: Case, heads: Number, assumed: list[Assumption]) -> Number:
    if case.has("model.kv_heads"):
        return case.number("model.kv_heads")
    kind = case.fact("model.attention")
    if isinstance(kind, Known) and kind.value == "mqa":
        return 1
    if isinstance(kind, Known) and kind.value == "gqa":
        raise Missing("model.kv_heads")
    assumed.append(Assumption("model.kv_heads", plain(heads), "as many as query heads unless fewer are named"))
    return heads


def _position_rows(case: Case) -> Number:
    fact = case.fact("model.position_embedding")
    if isinstance(fact, Known) and str(fact.value).startswith("learned"):
        rows = _present(case, "model.position_rows")
        return rows or _present(case, "workload.sequence_length")
    return 0


def _latent(case: Case) -> Latent | None:
    kind = case.fact("model.attention")
    if not case.has("model.kv_lora_rank") and not (isinstance(kind, Known) and kind.value == "mla"):
        return None
    return Latent(
        q_rank=_present(case, "model.q_lora_rank"),
        kv_rank=case.number("model.kv_lora_rank"),
        nope=case.number("model.qk_nope_head_dim"),
        rope=case.number("model.qk_rope_head_dim"),
        value=case.number("model.v_head_dim"),
    )


def sliding(case: Case) -> Sliding | None:
    """The window of layers that have one; none where every layer looks at all tokens."""
    window, every = _present(case, "model.sliding_window"), _present(case, "model.full_attention_every")
    return Sliding(window, every) if window and plain(every) != 1 else None


def _flag(case: Case, key: str, default: bool = False) -> bool:
    fact = case.fact(key)
    return bool(fact.value) if isinstance(fact, Known) else default


def _biases(case: Case, own: Peculiarity) -> Biases:
    """Biases as said; in a hybrid the one of attention is the step of its delta nets, which is counted there."""
    norm: Any = case.fact("model.norm")
    layer_norm = isinstance(norm, Known) and str(norm.value).lower().startswith("layer")
    return Biases(
        qkv=own.delta is None and _flag(case, "model.qkv_bias"),
        output=_flag(case, "model.attention_output_bias"),
        mlp=_flag(case, "model.mlp_bias"),
        norm=_flag(case, "model.norm_bias", layer_norm),
        router=_flag(case, "model.router_bias"),
        lm_head=_flag(case, "model.lm_head_bias"),
    )


def _norms(case: Case, own: Peculiarity) -> Norms:
    queries = own.query_norm_over if _flag(case, "model.qk_norm") else "none"
    return Norms(own.norms_per_layer, own.final_norm, own.embedding_norm, queries)


def _with_feed_forward(case: Case, shape: Shape) -> Shape:
    experts = _present(case, "model.experts")
    if not experts:
        return replace(shape, ffn=case.number("model.ffn_hidden_size"))
    shape = replace(
        shape,
        experts=experts,
        top_k=_present(case, "model.top_k"),
        expert_ffn=_expert_width(case),
        expert_latent=peculiarity(case).expert_latent,
        shared_ffn=_present(case, "model.shared_expert_hidden_size"),
        moe_layers=_moe_layers(case, shape.layers),
        dense_first=_every(case) <= 1,
    )
    if plain(shape.dense_layers) > 0:
        return replace(shape, ffn=case.number("model.ffn_hidden_size"))
    return shape


def _expert_width(case: Case) -> Number:
    if case.has("model.expert_hidden_size") or not case.has("model.ffn_hidden_size"):
        return case.number("model.expert_hidden_size")
    return case.number("model.ffn_hidden_size")


def _every(case: Case) -> int:
    fact = case.fact("model.moe_every")
    return int(fact.value) if isinstance(fact, Known) and fact.value else 1


def _moe_layers(case: Case, layers: Number) -> Number:
    if case.has("model.moe_layers"):
        return case.number("model.moe_layers")
    dense = _present(case, "model.dense_layers") or peculiarity(case).dense_layers
    if dense:
        return layers - dense
    every = _every(case)
    return layers / case.number("model.moe_every") if every > 1 and case.explain else _spread(layers, every)


def _spread(layers: Number, every: int) -> Number:
    return int(plain(layers)) // every if every > 1 else layers


def unsettled(case: Case) -> Iterator[str]:
    """Keys that the architecture needs and the plan does not give, in order; nothing where it is complete."""
    for key in ("model.layers", "model.hidden_size", "model.heads"):
        if not case.has(key):
            yield key
    experts = bool(_present(case, "model.experts"))
    if experts and not case.has("model.expert_hidden_size"):
        yield "model.expert_hidden_size"
    if not experts and not case.has("model.ffn_hidden_size"):
        yield "model.ffn_hidden_size"
    if not case.has("model.vocab_size"):
        yield "model.vocab_size"
