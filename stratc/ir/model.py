"""The network, as far as the plan describes it."""

from __future__ import annotations

from stratc.ir.origin import Fact, Unknown
from stratc.record import Record, dataclass


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Model(Record):
    """The network, as far as the plan describes it."""

    name: Fact[str] = Unknown("model.name")  # as the plan or the catalogue calls it
    parameters: Fact[float] = Unknown("model.parameters")  # number of parameters as declared
    layers: Fact[int] = Unknown("model.layers")  # transformer layers
    dense_layers: Fact[int] = Unknown("model.dense_layers")  # layers of a mixture-of-experts model that have no experts
    moe_layers: Fact[int] = Unknown("model.moe_layers")  # layers that have experts
    hidden_size: Fact[int] = Unknown("model.hidden_size")  # width of a token's representation
    heads: Fact[int] = Unknown("model.heads")  # query heads of a layer
    kv_heads: Fact[int] = Unknown("model.kv_heads")  # key and value heads of a layer
    head_dim: Fact[int] = Unknown("model.head_dim")  # width of a head
    ffn_hidden_size: Fact[int] = Unknown("model.ffn_hidden_size")  # width of a dense feed-forward block
    gated: Fact[bool] = Unknown(
        "model.gated"
    )  # whether feed-forward blocks have a gate (SwiGLU, GeGLU): three matrices, not two
    vocab_size: Fact[int] = Unknown("model.vocab_size")  # entries of the vocabulary
    tied_embeddings: Fact[bool] = Unknown(
        "model.tied_embeddings"
    )  # whether the output layer shares the embedding matrix
    position_embedding: Fact[str] = Unknown("model.position_embedding")  # learned, rope or alibi
    position_rows: Fact[int] = Unknown("model.position_rows")  # rows of a learned position table
    sliding_window: Fact[int] = Unknown(
        "model.sliding_window"
    )  # tokens that layers with a window look back on, their own included
    full_attention_every: Fact[int] = Unknown(
        "model.full_attention_every"
    )  # every n-th layer looks at all tokens, the others at their window
    rope_base: Fact[int] = Unknown("model.rope_base")  # base of the rotary frequencies
    norm: Fact[str] = Unknown("model.norm")  # LayerNorm or RMSNorm
    qkv_bias: Fact[bool] = Unknown("model.qkv_bias")  # whether the query, key and value projections have biases
    attention_output_bias: Fact[bool] = Unknown(
        "model.attention_output_bias"
    )  # whether the output projection of attention has a bias
    mlp_bias: Fact[bool] = Unknown("model.mlp_bias")  # whether feed-forward matrices have biases
    norm_bias: Fact[bool] = Unknown("model.norm_bias")  # whether norms have biases
    lm_head_bias: Fact[bool] = Unknown("model.lm_head_bias")  # whether the output layer has a bias
    qk_norm: Fact[bool] = Unknown("model.qk_norm")  # whether queries and keys are normalised
    experts: Fact[int] = Unknown("model.experts")  # routed experts of a layer
    top_k: Fact[int] = Unknown("model.top_k")  # routed experts that a token uses
    expert_hidden_size: Fact[int] = Unknown("model.expert_hidden_size")  # width of one routed expert
    shared_expert_hidden_size: Fact[int] = Unknown(
        "model.shared_expert_hidden_size"
    )  # width of all shared experts of a layer together
    moe_every: Fact[int] = Unknown("model.moe_every")  # every n-th layer has experts
    router_bias: Fact[bool] = Unknown("model.router_bias")  # whether the router has a bias
    attention: Fact[str] = Unknown("model.attention")  # mha, gqa, mqa or mla
    q_lora_rank: Fact[int] = Unknown("model.q_lora_rank")  # rank of the compressed queries (MLA)
    kv_lora_rank: Fact[int] = Unknown("model.kv_lora_rank")  # rank of the compressed keys and values (MLA)
    qk_nope_head_dim: Fact[int] = Unknown("model.qk_nope_head_dim")  # width of a query head without position (MLA)
    qk_rope_head_dim: Fact[int] = Unknown("model.qk_rope_head_dim")  # width of a query head with position (MLA)
    v_head_dim: Fact[int] = Unknown("model.v_head_dim")  # width of a value head (MLA)
    precision: Fact[str] = Unknown(
        "model.precision"
    )  # fp32, bf16, fp16, fp8, int8, int4, …: of weights and computation
    kv_precision: Fact[str] = Unknown("model.kv_precision")  # precision of the key-value cache
