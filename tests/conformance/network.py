"""Megatron-LM's real model on the meta device: the parameters that a device of every pipeline stage would hold."""

from __future__ import annotations

from typing import Any
from unittest.mock import MagicMock

FUSIONS = (
    "gradient_accumulation_fusion",
    "apply_rope_fusion",
    "moe_permute_fusion",
    "masked_softmax_fusion",
    "persist_layer_norm",
    "perform_initialization",
    "sequence_parallel",
)
"""Settings that need a GPU to be built and change no weight."""


def load() -> None:
    """Put something in the place of what the model asks of a GPU while it is built."""
    import torch
    from megatron.core.models.common.embeddings.yarn_rotary_pos_embedding import YarnRotaryEmbedding
    from megatron.core.transformer.dot_product_attention import DotProductAttention

    YarnRotaryEmbedding._set_cos_sin_cache = lambda *_a, **_k: None
    torch.cuda.Stream = MagicMock
    torch.cuda.Event = MagicMock
    torch.cuda.current_device = lambda: "meta"
    torch.Tensor.cuda = lambda tensor, *_a, **_k: tensor
    original = DotProductAttention.__init__

    def made(module: Any, *given: Any, **named: Any) -> None:
        """The attention without kernels holds no weights; it knows no heads of two sizes."""
        if "k_channels" not in named:
            original(module, *given, **named)
        else:
            torch.nn.Module.__init__(module)

    DotProductAttention.__init__ = made


def parameters(args: Any, config: Any) -> int:
    """The parameters that this rank would hold, over all its virtual stages."""
    chunks = args.virtual_pipeline_model_parallel_size
    prepared = _without_kernels(config)
    built = (_chunk(args, prepared, number) for number in (range(chunks) if chunks else (None,)))
    weights = (named for chunk in built for named in chunk.named_parameters())
    return sum(weight.numel() * _copies(name, args.tensor_model_parallel_size) for name, weight in weights)


def _copies(name: str, tp: int) -> int:
    """How much of a weight a device holds with Transformer Engine, per part that it holds without: the projections down
    to a latent are not cut there."""
    return tp if "_down_proj." in name else 1


def _without_kernels(config: Any) -> Any:
    for name in FUSIONS:
        if hasattr(config, name):
            setattr(config, name, False)
    config.context_parallel_size = 1  # no weight is cut by it, and the attention without kernels refuses it
    return config


def _chunk(args: Any, config: Any, number: int | None) -> Any:
    import torch
    from megatron.core import parallel_state
    from megatron.core.models.gpt import GPTModel
    from megatron.core.models.gpt.gpt_layer_specs import get_gpt_decoder_block_spec

    virtual = {} if number is None else {"ignore_virtual": False, "vp_stage": number}
    layers = get_gpt_decoder_block_spec(
        config, use_transformer_engine=False, normalization=args.normalization, qk_l2_norm=False, vp_stage=number
    )
    with torch.device("meta"):
        return GPTModel(
            config,
            layers,
            args.padded_vocab_size or _padded(args),
            args.max_position_embeddings,
            pre_process=parallel_state.is_pipeline_first_stage(**virtual),
            post_process=parallel_state.is_pipeline_last_stage(**virtual),
            share_embeddings_and_output_weights=not args.untie_embeddings_and_output_weights,
            position_embedding_type=args.position_embedding_type,
            rotary_percent=args.rotary_percent,
            vp_stage=number,
        )


def _padded(args: Any) -> int:
    multiple = args.make_vocab_size_divisible_by * args.tensor_model_parallel_size
    return int(-(-args.vocab_size // multiple) * multiple)
