"""TG117: overlaps of communication that Megatron-LM refuses."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.analysis.frameworks.demand import Demand
from stratc.analysis.frameworks.options import options
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.demanded import demanded
from stratc.rules.rule import Finding, rule

CHUNKS = (
    "--num-layers-per-virtual-pipeline-stage or --num-virtual-stages-per-pipeline-rank"
    " or --pipeline-model-parallel-layout"
)
DEMANDS = (
    *(
        Demand(f"{each} and no --pipeline-model-parallel-size", "--pipeline-model-parallel-size > 1")
        for each in CHUNKS.split(" or ")[:2]
    ),
    *(
        Demand(f"--no-overlap-p2p-communication and {each}", "--pipeline-model-parallel-size > 2")
        for each in CHUNKS.split(" or ")[:2]
    ),
    Demand("--overlap-param-gather", "--overlap-grad-reduce"),
    Demand(
        "--overlap-param-gather",
        "--use-distributed-optimizer or --use-megatron-fsdp or --use-custom-fsdp or --optimizer = dist_muon",
    ),
    Demand("--overlap-param-gather-with-optimizer-step", "--overlap-param-gather"),
    Demand("--overlap-param-gather-with-optimizer-step", "--use-distributed-optimizer"),
    Demand(
        "--overlap-param-gather-with-optimizer-step",
        CHUNKS,
    ),
    Demand("--overlap-param-gather-with-optimizer-step", "--ckpt-format = torch"),
    *(
        Demand(f"--deterministic-mode and {each}", f"no {each}", since="0.18")
        for each in ("--tp-comm-overlap", "--cross-entropy-loss-fusion")
    ),
    Demand("--tp-comm-overlap", "--sequence-parallel"),
    Demand("--overlap-moe-expert-parallel-comm", "--expert-model-parallel-size > 1"),
    Demand("--overlap-moe-expert-parallel-comm", "--moe-token-dispatcher-type = alltoall / flex"),
    Demand(
        "--overlap-moe-expert-parallel-comm and --pipeline-model-parallel-size > 1",
        CHUNKS,
    ),
    Demand("--overlap-moe-expert-parallel-comm", "--recompute-granularity != full"),
    Demand("--overlap-moe-expert-parallel-comm", "--bf16 or --fp16"),
    Demand("--overlap-moe-expert-parallel-comm", "no --moe-shared-expert-overlap"),
    Demand("--overlap-moe-expert-parallel-comm and --mtp-num-layers", "--mtp-num-layers < 2", since="0.19"),
    Demand("--overlap-moe-expert-parallel-comm", "--recompute-modules lacks moe", since="0.17"),
    Demand("--delay-wgrad-compute", "--overlap-moe-expert-parallel-comm"),
    Demand("--overlap-dispatch-backward-with-experts-wgrad", "no --overlap-moe-expert-parallel-comm"),
    Demand("--overlap-dispatch-backward-with-experts-wgrad", "no --delay-wgrad-compute"),
    Demand("--ep-overlap-early-attn-memory-release", "--overlap-moe-expert-parallel-comm"),
)


@rule("TG117", category=Category.TARGET, severity=Severity.ERROR)
def overlap_refused(case: Case) -> Iterator[Finding]:
    """Communication is to be overlapped where it cannot be.

    ## What it finds
    A launch of Megatron-LM that overlaps the gathering of parameters, tensor-parallel traffic, the exchange of
    tokens between experts or the traffic of a pipeline without what its checks ask for.

    ## Why it matters
    The job stops at its start.

    ## Example
    ```sh
    ARGS=(
      --num-layers 32
      --hidden-size 4096
      --num-attention-heads 32
      --use-distributed-optimizer
      --overlap-param-gather  # TG117
    )
    torchrun --nproc_per_node 8 pretrain_gpt.py "${ARGS[@]}"
    ```

    ## References
    - megatron-core, validate_args
    """
    framework(case, "megatron")
    yield from demanded(options(case), DEMANDS)
