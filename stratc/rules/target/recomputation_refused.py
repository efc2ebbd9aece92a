"""TG114: arguments of recomputation that Megatron-LM refuses."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.analysis.frameworks.demand import Demand
from stratc.analysis.frameworks.options import options
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.demanded import demanded
from stratc.rules.rule import Finding, rule

MODULES = "core_attn / moe_act / layernorm / mla_up_proj / mlp / moe / shared_experts / gdn_norm_out"

DEMANDS = (
    Demand("--recompute-modules and --recompute-granularity = selective", f"--recompute-modules within {MODULES}"),
    Demand("--recompute-granularity = full", "--recompute-method"),
    Demand("--recompute-granularity = full", "--recompute-num-layers"),
    Demand("--recompute-method and --recompute-granularity = full", "--recompute-method = uniform / block"),
    Demand("--recompute-granularity = selective", "no --recompute-method"),
    Demand("--recompute-granularity = selective", "no --recompute-num-layers"),
    Demand("--recompute-granularity", "--recompute-granularity = full / selective"),
    Demand("--recompute-modules has moe_act and --recompute-granularity = selective", "--moe-grouped-gemm"),
    Demand("--recompute-modules has mla_up_proj and --recompute-granularity = selective", "--multi-latent-attention"),
    Demand(
        "--recompute-modules has shared_experts and --moe-shared-expert-overlap",
        "--recompute-modules lacks shared_experts",
    ),
    Demand("--distribute-saved-activations", "--recompute-granularity = full"),
    Demand("--distribute-saved-activations", "--recompute-method"),
    Demand("--distribute-saved-activations", "--tensor-model-parallel-size > 1"),
    Demand("--distribute-saved-activations", "no --sequence-parallel"),
    Demand("--moe-layer-recompute", "--recompute-granularity != full"),
    Demand("--recompute-activations", "no --recompute-method"),
    Demand("--recompute-activations", "no --recompute-num-layers"),
    *(
        Demand(f"--cuda-graph-impl = {each}", "--recompute-granularity != full", since="0.16")
        for each in ("local", "transformer_engine")
    ),
    Demand("--enable-cuda-graph", "--recompute-granularity != full", since="0.16"),
    *(
        Demand(f"--cuda-graph-impl = {each}", "--cpu-offloading-num-layers < 1")
        for each in ("local", "transformer_engine")
    ),
)


@rule("TG114", category=Category.TARGET, severity=Severity.ERROR)
def recomputation_refused(case: Case) -> Iterator[Finding]:
    """The arguments of recomputation do not go together.

    ## What it finds
    A launch of Megatron-LM with full recomputation without a method or a number of layers, selective recomputation
    with either, parts of a layer that cannot be computed again or not in this model, or saved activations dealt out
    beside sequence parallelism.

    ## Why it matters
    The job stops at its start.

    ## Example
    ```sh
    ARGS=(
      --num-layers 32
      --hidden-size 4096
      --num-attention-heads 32
      --recompute-granularity full  # TG114
    )
    torchrun --nproc_per_node 8 pretrain_gpt.py "${ARGS[@]}"
    ```

    ## References
    - megatron-core, transformer_config
    """
    framework(case, "megatron")
    yield from demanded(options(case), DEMANDS)
