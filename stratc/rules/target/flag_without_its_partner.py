"""TG112: arguments of Megatron-LM that need another one."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.analysis.frameworks.demand import Demand
from stratc.analysis.frameworks.options import options
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.demanded import demanded
from stratc.rules.rule import Finding, rule

LATER = "Megatron-LM stops while it builds the optimizer"
OFFLOADED = "attn_norm / qkv_linear / core_attn / attn_proj / mlp_norm / expert_fc1 / moe_act / fused_group_mlp"
DEMANDS = (
    Demand("--hidden-size and --multi-latent-attention and no --kv-channels", "--hidden-size % --num-attention-heads"),
    Demand("--linear-num-key-heads", "--linear-num-key-heads % --tensor-model-parallel-size", since="0.16"),
    Demand("--linear-num-value-heads", "--linear-num-value-heads % --tensor-model-parallel-size", since="0.16"),
    Demand(
        "--mtp-num-layers > 0",
        "--position-embedding-type = rope / none / yarn / mrope or --use-rotary-position-embeddings",
    ),
    Demand("--expert-model-parallel-size > 1", "--num-experts"),
    Demand("--save", "--save-interval or --save-retain-interval or --non-persistent-save-interval"),
    Demand(
        "--max-position-embeddings and --position-embedding-type != learned_absolute",
        "--max-position-embeddings >= --seq-length",
    ),
    Demand("--mla-down-proj-fusion", "--multi-latent-attention", since="0.17"),
    Demand("--moe-use-upcycling", "--save"),
    Demand(
        "--use-precision-aware-optimizer",
        "--use-distributed-optimizer or --use-megatron-fsdp or --use-custom-fsdp",
        LATER,
        since="0.12",
    ),
    Demand("--use-precision-aware-optimizer", "--optimizer = adam", LATER),
    Demand("--optimizer-cpu-offload", "--use-precision-aware-optimizer"),
    *(
        Demand(f"--{each}-dtype != fp32", "--use-precision-aware-optimizer", LATER)
        for each in ("main-grads", "main-params", "exp-avg", "exp-avg-sq")
    ),
    Demand("--disable-gloo-process-groups and --use-distributed-optimizer", "--ckpt-format != torch"),
    Demand("--fine-grained-activation-offloading", "--offload-modules", since="0.16"),
    Demand("--fine-grained-activation-offloading", "--transformer-impl = transformer_engine"),
    Demand(
        "--offload-modules has attn_proj and --fine-grained-activation-offloading", "--offload-modules has core_attn"
    ),
    Demand("--offload-modules and --fine-grained-activation-offloading", f"--offload-modules within {OFFLOADED}"),
    Demand("--global-batch-size", "--global-batch-size > 0"),
    Demand("--micro-batch-size", "--micro-batch-size > 0"),
    Demand("--num-experts and --expert-model-parallel-size > 1", "--num-experts > 0"),
    Demand("--moe-latent-size", "--num-experts"),
    Demand("--moe-latent-size", "--moe-latent-size > 0"),
    Demand("--no-rope-freq", "--num-layers % --no-rope-freq"),
    Demand("--cache-mla-latents", "--no-rope-fusion"),
    Demand("--multi-latent-attention and --rope-type = rope", "--no-rope-fusion", since="0.13"),
    Demand("--defer-embedding-wgrad-compute", "--pipeline-model-parallel-size > 1"),
    Demand("--decoder-seq-length", "--decoder-seq-length <= --max-position-embeddings"),
    Demand("--tensor-parallel-num-weight-shards", "--tensor-parallel-num-weight-shards % --tensor-model-parallel-size"),
    Demand("--tensor-parallel-num-weight-shards", "--ckpt-format = torch / torch_dist"),
    Demand("--cuda-graph-impl = full_iteration", "--no-check-for-nan-in-loss-and-grad"),
    *(
        Demand(f"{each} has moe / moe_router / moe_preprocess", "--num-experts")
        for each in ("--cuda-graph-modules", "--cuda-graph-scope")
    ),
)


@rule("TG112", category=Category.TARGET, severity=Severity.ERROR)
def flag_without_its_partner(case: Case) -> Iterator[Finding]:
    """An argument of a launch needs another one that is not there.

    ## What it finds
    A launch of Megatron-LM with an argument that its own checks tie to another one that is missing or has another
    value.

    ## Why it matters
    The job stops at its start.

    ## Example
    ```sh
    ARGS=(
      --num-layers 32
      --hidden-size 4096
      --num-attention-heads 32
      --mtp-num-layers 1  # TG112
    )
    torchrun --nproc_per_node 8 pretrain_gpt.py "${ARGS[@]}"
    ```

    ## References
    - megatron-core, validate_args
    """
    framework(case, "megatron")
    yield from demanded(options(case), DEMANDS)
