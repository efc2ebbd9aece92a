"""TG303: arguments that vLLM and SGLang refuse."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.analysis.frameworks.demand import Demand
from stratc.analysis.frameworks.options import Options, served
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.demanded import demanded
from stratc.rules.rule import Finding, rule

STOPS = "vLLM stops at its start"
TENSOR = "--tensor-parallel-size"
VLLM = (
    *(
        Demand(each, f"{each} > 0", STOPS)
        for each in (TENSOR, "--pipeline-parallel-size", "--data-parallel-size", "--gpu-memory-utilization")
    ),
    Demand("--gpu-memory-utilization", "--gpu-memory-utilization <= 1", STOPS),
    Demand("--data-parallel-size-local", "--data-parallel-size >= --data-parallel-size-local", STOPS),
    Demand("--decode-context-parallel-size > 1", f"{TENSOR} % --decode-context-parallel-size", STOPS),
    Demand("--enable-eplb", "--enable-expert-parallel", STOPS),
    Demand("--enable-eplb", f"{TENSOR} > 1 or --data-parallel-size > 1 or --prefill-context-parallel-size > 1", STOPS),
    Demand("--eplb-config.num_redundant_experts > 0", "--enable-eplb", STOPS),
    Demand("--eplb-config.num-redundant-experts > 0", "--enable-eplb", STOPS),
    Demand("--num-redundant-experts > 0", "--enable-eplb", STOPS),
    Demand(
        "--no-enable-chunked-prefill and --max-num-batched-tokens and --max-model-len",
        "--max-num-batched-tokens >= --max-model-len",
        STOPS,
    ),
    Demand("--max-num-batched-tokens and --max-num-seqs", "--max-num-batched-tokens >= --max-num-seqs", STOPS),
    Demand("--dtype", "--dtype = auto / bfloat16 / float / float16 / float32 / half", STOPS),
    Demand("--kv-cache-dtype", "--kv-cache-dtype lacks int2 / int3 / int4 / int8 / fp4 / fp16 / bf16", STOPS),
    Demand("--node-rank", "--nnodes > --node-rank", STOPS),
    Demand(
        "--nnodes > 1 and --distributed-executor-backend",
        "--distributed-executor-backend = mp / uni / external_launcher",
        STOPS,
    ),
    Demand("--data-parallel-rank and --data-parallel-size > 1", "--data-parallel-size > --data-parallel-rank", STOPS),
    Demand("--enable-elastic-ep", "--enable-eplb", STOPS),
    Demand("--enable-elastic-ep and --pipeline-parallel-size > 1", "--pipeline-parallel-size = 1", STOPS),
    Demand("--enable-elastic-ep and --data-parallel-hybrid-lb", "no --data-parallel-hybrid-lb", STOPS),
    Demand("--dcp-comm-backend = a2a", "--decode-context-parallel-size > 1", STOPS),
    Demand("--data-parallel-external-lb", "--data-parallel-rank or --data-parallel-size > 1", STOPS),
)
REFUSED = "SGLang stops at its start"
SGLANG = (
    Demand("--attn-dp-size > 1", "--tp-size % --attn-dp-size", REFUSED),
    Demand("--enable-dp-attention and --dp-size > 1", "--tp-size % --dp-size", REFUSED),
    Demand("--attn-cp-size > 1", "--tp-size % --attn-cp-size", REFUSED),
    Demand("--dcp-size > 1", "--tp-size % --dcp-size", "the groups cannot be made"),
    Demand("--dp-size > 1 and --attn-dp-size > 1", "--enable-dp-attention", REFUSED),
    Demand("--dp-size > 1 and --nnodes > 1", "--enable-dp-attention", "replicas stand on one node, and SGLang stops"),
    Demand("--moe-dense-tp-size", "--moe-dense-tp-size = 1 or --moe-dense-tp-size >= --tp-size", REFUSED),
    Demand("--moe-dp-size > 1", "--tp-size % --moe-dp-size", REFUSED),
    Demand("--moe-dp-size > 1 and --pp-size > 1", "--pp-size = 1", REFUSED),
    Demand("--node-rank", "--nnodes > --node-rank", "no node has this number, and the others wait for it"),
    Demand("--dcp-comm-backend = a2a / fi_a2a", "--dcp-size > 1", REFUSED),
    Demand("--disaggregation-mode", "--disaggregation-mode = null / prefill / decode", REFUSED),
    Demand("--chunked-prefill-size > 0 and --page-size > 1", "--chunked-prefill-size % --page-size", REFUSED),
    Demand("--mem-fraction-static", "--mem-fraction-static < 1", "no memory is left, and the server fails"),
    Demand("--pp-size > 1 and --speculative-algorithm", "--speculative-algorithm has eagle / eagle3", REFUSED),
)


@rule("TG303", category=Category.TARGET, severity=Severity.ERROR)
def server_option_refused(case: Case) -> Iterator[Finding]:
    """The arguments of a server do not go together.

    ## What it finds
    A launch of vLLM or SGLang with groups that do not divide the tensor-parallel ranks, balancing of experts
    without expert parallelism, shares of memory beyond all of it, precisions that do not exist, ranks or nodes whose
    numbers are none of theirs, or batches smaller than what they must hold.

    ## Why it matters
    The server stops at its start, or while it builds the model; nobody is served.

    ## Example
    ```sh
    vllm serve meta-llama/Meta-Llama-3-8B --tensor-parallel-size 4 --enable-eplb  # TG303
    ```

    ## References
    - vllm-parallelism
    """
    runs = framework(case, "vllm", "sglang")
    given = served(case, runs)
    yield from demanded(given, VLLM if runs == "vllm" else SGLANG)
    yield from _heads_of_context(case, given) if runs == "vllm" else _groups_of_ranks(given)


def _heads_of_context(case: Case, given: Options) -> Iterator[Finding]:
    """Decoding splits the cache of a head that several tensor-parallel ranks would keep copies of, and no other."""
    split = given.number("--decode-context-parallel-size") or 1
    if split == 1 or case.has("model.kv_lora_rank"):
        return
    heads, tp = case.known("model.kv_heads"), case.known("strategy.tp")
    if tp.value < heads.value * split:
        yield Finding(
            at=given.settings["--decode-context-parallel-size"],
            message=f"{split} parts of a cache that tp {tp.value} keeps {tp.value // heads.value or 1} times: {STOPS}",
            also=((heads, "KV heads"), (tp, "tp")),
            help="split into as many parts as there are copies of a KV head at most",
        )


def _groups_of_ranks(given: Options) -> Iterator[Finding]:
    """Groups that the tensor-parallel ranks of SGLang are dealt out to."""
    ranks = given.number("--tp-size")
    ep, copies = given.number("--ep-size"), given.number("--moe-dp-size")
    if ep and ranks and copies and copies > 1 and (ep * copies > ranks or (ep > 1 and ep * copies != ranks)):
        yield Finding(
            at=given.settings["--moe-dp-size"],
            message=f"ep {ep} × {copies} replicas = {ep * copies} ranks, but tp is {ranks}: {REFUSED}",
            help="multiply to the tensor-parallel ranks",
        )
    parts, shares = given.number("--attn-cp-size"), given.number("--attn-dp-size")
    if ranks and parts and shares and parts > 1 and shares > 1 and ranks % (parts * shares):
        yield Finding(
            at=given.settings["--attn-cp-size"],
            message=f"{parts} parts × {shares} replicas of attention do not divide tp {ranks}: {REFUSED}",
            help="choose a product that divides the tensor-parallel ranks",
        )
