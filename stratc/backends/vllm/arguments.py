"""The arguments of `vllm serve` that a plan decides, one field a flag.

Names and meaning: vLLM 0.33, vllm/engine/arg_utils.py and vllm/config/parallel.py.
"""

from __future__ import annotations

from dataclasses import dataclass

from stratc.backends.flags import Setting
from stratc.backends.serving import Nodes
from stratc.ir.origin import Known

VERSION = "0.33"


@dataclass(frozen=True, slots=True)
class VllmArguments:
    """One engine, or the data-parallel group of several."""

    tensor_parallel_size: Setting = None
    pipeline_parallel_size: Setting = None
    prefill_context_parallel_size: Setting = None
    data_parallel_size: Setting = None
    data_parallel_size_local: Setting = None
    enable_expert_parallel: Setting = None
    max_model_len: Setting = None
    max_num_seqs: Setting = None
    dtype: Setting = None
    quantization: Setting = None
    kv_cache_dtype: Setting = None
    kv_transfer_config: Setting = None
    nnodes: Setting = None


@dataclass(frozen=True, slots=True)
class VllmServer:
    """A start of `vllm serve`: what it serves, with what, and on which nodes."""

    model: Known[str] | None
    arguments: VllmArguments
    nodes: Nodes
    copies: int  # of this start, each on nodes of its own
    world: Known[int]
    role: str  # prefill, decode or ""
