"""From a case to the arguments of SGLang, or to the reasons why there are none.

Conditions: SGLang 0.5.23, srt/server_args.py and its hooks: the ranks of a stage divide by nodes, by attention groups
and by expert groups; replicas of a dense model stand on one node.
"""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.launch import Problem, Shape, shape
from stratc.backends.backend import Options
from stratc.backends.flags import Setting, length, renamed, value, when
from stratc.backends.notices import CANNOT_EXPRESS, CHOSEN, REFUSES, judged, needs, remark, told
from stratc.backends.serving import DTYPES, Nodes, engine_size, inexpressible, problems, remarks, requests
from stratc.backends.sglang.arguments import SglangArguments, SglangServer
from stratc.backends.uniform import uneven
from stratc.diagnostics.diagnostic import Diagnostic
from stratc.ir.origin import Assumed, Derived, Known, Missing

CACHES = {"fp8": "fp8_e4m3"}


def lower(case: Case, options: Options) -> tuple[SglangServer | None, tuple[Diagnostic, ...]]:
    """The server and remarks on it, or None and the refusals."""
    try:
        found = shape(case)
    except Missing as error:
        return None, needs(case, "SGLang", [error.key])
    judgements = [*uneven(case, "SGLang")]
    if isinstance(found, Problem):
        return None, judged([*judgements, told(REFUSES, found)], options)[0]
    judgements += [told(REFUSES, each) for each in (*problems(case, found), *_experts(case, found))]
    unsaid = (*inexpressible(case, found, "SGLang"), *_split(case, found), *_cache(case))
    judgements += [told(CANNOT_EXPRESS, each) for each in unsaid]
    refusals, kept = judged(judgements, options)
    if refusals:
        return None, refusals
    server = _server(case, found, options)
    open_ = [*remarks(case, "SGLang", server.arguments.context_length), *_copies(server, found)]
    return server, (*kept, *(each for each in open_ if each))


def ranks(shape: Shape) -> int:
    """Ranks of a stage with data-parallel attention: tp × cp × dp."""
    return engine_size(shape) // shape.pp.value * shape.dp.value


def _experts(case: Case, shape: Shape) -> Iterator[Problem]:
    experts, group = value(case, "model.experts"), ranks(shape)
    if experts and experts.value % shape.ep.value:
        message = f"{experts.value} experts do not divide by ep {shape.ep.value}"
        yield Problem(message, (experts, shape.ep), ("experts", "ep"))
    if shape.ep.value > 1 and group % shape.ep.value:
        message = f"ep {shape.ep.value} does not divide the {group} ranks of a stage"
        yield Problem(message, (shape.ep, shape.tp, shape.dp), ("ep", "tp", "dp"))


def _split(case: Case, shape: Shape) -> Iterator[Problem]:
    """Copies of experts only whole: where experts are split as well, all ranks of a stage hold one set of them."""
    stated = value(case, "strategy.expert_tp")
    if shape.ep.value == 1 or stated is None or ranks(shape) % (shape.ep.value * stated.value):
        return
    copies = ranks(shape) // (shape.ep.value * stated.value)
    if copies > 1 and stated.value > 1:
        message = f"{copies} copies of experts that are split by {stated.value}: SGLang copies whole experts only"
        yield Problem(message, (shape.ep, stated), ("ep", "expert tp"))


def _cache(case: Case) -> Iterator[Problem]:
    stored = value(case, "model.kv_precision")
    if stored and stored.value not in ("bf16", "fp16", "fp32", *CACHES):
        yield Problem(f"SGLang has no key-value cache in {stored.value}", (stored,), ("stated here",))


def _server(case: Case, shape: Shape, options: Options) -> SglangServer:
    size, node = engine_size(shape), shape.used_per_node
    shared = shape.ep.value > 1
    alone = not shared and shape.world.value > node  # dense replicas stand on one node, or start one by one
    count = max(1, (size if alone else shape.world.value) // node)
    stage = ranks(shape) if shared else size // shape.pp.value
    copies = shape.world.value // (size if alone else shape.world.value)
    precision = value(case, "model.precision")
    arguments = SglangArguments(
        tp_size=shape.tp if stage == shape.tp.value else Known(stage, Derived("tp × cp × dp", (shape.tp, shape.dp))),
        pp_size=_above_one(shape.pp),
        dp_size=_above_one(shape.dp) if not shared and not alone else None,
        attn_dp_size=_above_one(shape.dp) if shared else None,
        attn_cp_size=_above_one(shape.cp),
        ep_size=shape.ep if shared else None,
        moe_dp_size=_expert_copies(case, shape),
        context_length=length(case),
        max_running_requests=value(case, "workload.batch_size") if not alone else requests(case, shape),
        dtype=renamed(precision, DTYPES),
        quantization=when(precision, "fp8", "fp8"),
        kv_cache_dtype=renamed(value(case, "model.kv_precision"), CACHES),
        disaggregation_mode=Known(options.role, Assumed("prefill and decode apart")) if options.role else None,
        nnodes=Known(count, shape.per_node.origin) if count > 1 else None,
    )
    return SglangServer(value(case, "model.name"), arguments, Nodes(count, node), copies, shape.world)


def _expert_copies(case: Case, shape: Shape) -> Setting:
    stated = value(case, "strategy.expert_tp")
    copies = ranks(shape) // shape.ep.value
    if stated is None or stated.value > 1 or shape.ep.value == 1 or copies == 1:
        return None
    return Known(copies, Derived("tp × cp × dp ÷ ep", (shape.tp, shape.dp, shape.ep)))


def _above_one(degree: Known[int]) -> Setting:
    return degree if degree.value > 1 else None


def _copies(server: SglangServer, shape: Shape) -> Iterator[Diagnostic | None]:
    if server.copies > 1:
        message = f"{server.copies} servers of {server.nodes.count} nodes each: start this once for each of them"
        yield remark(CHOSEN, message, shape.dp)
