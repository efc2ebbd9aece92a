"""The arguments of SGLang's server that a plan decides, one field a flag.

Names and meaning: SGLang 0.5.23, sglang/srt/server_args.py.  `--tp-size` is the number of ranks of a stage; attention
is split over tp ÷ (attn-dp × attn-cp) of them, experts over ep × moe-dp × the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

from stratc.backends.flags import Setting
from stratc.backends.serving import Nodes
from stratc.ir.origin import Known

VERSION = "0.5"


@dataclass(frozen=True, slots=True)
class SglangArguments:
    """One server."""

    tp_size: Setting = None
    pp_size: Setting = None
    dp_size: Setting = None
    attn_dp_size: Setting = None
    attn_cp_size: Setting = None
    ep_size: Setting = None
    moe_dp_size: Setting = None
    context_length: Setting = None
    max_running_requests: Setting = None
    dtype: Setting = None
    quantization: Setting = None
    kv_cache_dtype: Setting = None
    disaggregation_mode: Setting = None
    nnodes: Setting = None


@dataclass(frozen=True, slots=True)
class SglangServer:
    """A start of the server: what it serves, with what, and on which nodes."""

    model: Known[str] | None
    arguments: SglangArguments
    nodes: Nodes
    copies: int  # of this start, each on nodes of its own
    world: Known[int]
