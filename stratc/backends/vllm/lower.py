"""From a case to the arguments of vLLM, or to the reasons why there are none.

Conditions: vLLM 0.33, vllm/config (parallel.py, model.py); all ranks of a stage share the experts, ep = tp × cp × dp.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.launch import Problem, Shape, shape
from stratc.backends.backend import Options
from stratc.backends.flags import Setting, length, renamed, value, when
from stratc.backends.notices import CANNOT_EXPRESS, CHOSEN, REFUSES, judged, needs, remark, told
from stratc.backends.serving import DTYPES, Nodes, engine_size, inexpressible, problems, remarks, requests
from stratc.backends.uniform import uneven
from stratc.backends.vllm.arguments import VllmArguments, VllmServer
from stratc.diagnostics.diagnostic import Diagnostic
from stratc.ir.origin import Assumed, Known, Missing

ROLES = {"prefill": "kv_producer", "decode": "kv_consumer"}
CACHES = {"fp8": "fp8"}


def lower(case: Case, options: Options) -> tuple[VllmServer | None, tuple[Diagnostic, ...]]:
    """The server and remarks on it, or None and the refusals."""
    try:
        found = shape(case)
    except Missing as error:
        return None, needs(case, "vLLM", [error.key])
    judgements = [*uneven(case, "vLLM")]
    if isinstance(found, Problem):
        return None, judged([*judgements, told(REFUSES, found)], options)[0]
    judgements += [told(REFUSES, each) for each in (*problems(case, found), *_experts(case, found))]
    unsaid = (*inexpressible(case, found, "vLLM"), *_group(found), *_cache(case))
    judgements += [told(CANNOT_EXPRESS, each) for each in unsaid]
    refusals, kept = judged(judgements, options)
    if refusals:
        return None, refusals
    server = _server(case, found, options)
    open_ = [*remarks(case, "vLLM", server.arguments.max_model_len), *_copies(server, found)]
    return server, (*kept, *(each for each in open_ if each))


def _experts(case: Case, shape: Shape) -> Iterator[Problem]:
    """vLLM starts with experts that its group does not divide, and fails when it builds the model."""
    experts, group = value(case, "model.experts"), engine_size(shape) // shape.pp.value * shape.dp.value
    if experts and shape.ep.value > 1 and experts.value % group:
        message = f"{experts.value} experts do not divide by the {group} ranks that share them"
        yield Problem(message, (experts, shape.ep), ("experts", "ep"))


def _group(shape: Shape) -> Iterator[Problem]:
    group = engine_size(shape) // shape.pp.value * shape.dp.value
    if shape.ep.value not in (1, group):
        message = f"ep {shape.ep.value}: vLLM shares experts among all {group} ranks of a stage (tp × cp × dp)"
        yield Problem(message, (shape.ep, shape.tp, shape.dp), ("ep", "tp", "dp"))


def _cache(case: Case) -> Iterator[Problem]:
    stored = value(case, "model.kv_precision")
    if stored and stored.value not in ("bf16", "fp16", "fp32", *CACHES):
        yield Problem(f"vLLM has no key-value cache in {stored.value}", (stored,), ("stated here",))


def _server(case: Case, shape: Shape, options: Options) -> VllmServer:
    size, node = engine_size(shape), shape.used_per_node
    shared = shape.ep.value > 1
    wide = size > node
    joined = shared or not wide  # replicas under one front; dense engines over several nodes start one by one
    count = (shape.world.value if joined else size) // node
    local = max(1, node // size)
    grouped = shape.dp.value > 1 and joined
    precision = value(case, "model.precision")
    transfer = {"kv_connector": "NixlConnector", "kv_role": ROLES.get(options.role)}
    arguments = VllmArguments(
        tensor_parallel_size=shape.tp,
        pipeline_parallel_size=_above_one(shape.pp),
        prefill_context_parallel_size=_above_one(shape.cp),
        data_parallel_size=shape.dp if grouped else None,
        data_parallel_size_local=Known(local, shape.per_node.origin) if grouped and not wide and count > 1 else None,
        enable_expert_parallel=Known(True, shape.ep.origin) if shared else None,
        max_model_len=length(case),
        max_num_seqs=requests(case, shape),
        dtype=renamed(precision, DTYPES),
        quantization=when(precision, "fp8", "fp8"),
        kv_cache_dtype=renamed(value(case, "model.kv_precision"), CACHES),
        kv_transfer_config=Known(json.dumps(transfer), Assumed("prefill and decode apart")) if options.role else None,
        nnodes=Known(count, shape.per_node.origin) if wide else None,
    )
    copies = 1 if joined else shape.dp.value
    return VllmServer(value(case, "model.name"), arguments, Nodes(count, node), copies, shape.world, options.role)


def _above_one(degree: Known[int]) -> Setting:
    return degree if degree.value > 1 else None


def _copies(server: VllmServer, shape: Shape) -> Iterator[Diagnostic | None]:
    if server.copies > 1:
        message = f"{server.copies} engines of {server.nodes.count} nodes each: start this once for each of them"
        yield remark(CHOSEN, message, shape.dp)
