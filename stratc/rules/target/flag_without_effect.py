"""TG113: arguments of Megatron-LM that it passes over in silence."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.analysis.frameworks.demand import Demand
from stratc.analysis.frameworks.options import options
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.demanded import demanded
from stratc.rules.rule import Finding, rule

DEMANDS = (
    Demand(
        "--num-query-groups != 1",
        "--group-query-attention",
        "it is ignored and all heads have keys and values of their own",
    ),
    Demand("--kv-lora-rank", "--multi-latent-attention", "it is ignored and attention is plain"),
    Demand("--q-lora-rank", "--multi-latent-attention", "it is ignored and attention is plain"),
    Demand("--qk-head-dim", "--multi-latent-attention", "it is ignored and attention is plain"),
    Demand("--qk-pos-emb-head-dim", "--multi-latent-attention", "it is ignored and attention is plain"),
    Demand("--v-head-dim", "--multi-latent-attention", "it is ignored and attention is plain"),
    Demand("--sequence-parallel", "--tensor-model-parallel-size > 1", "it is switched off in silence"),
    Demand(
        "--rampup-batch-size",
        "no --rampup-batch-size",
        "it is ignored, and every step takes the whole batch,",
        since="0.18",
    ),
    Demand("--moe-router-topk", "--num-experts or --moe-use-upcycling", "there are no experts and it is ignored"),
    *(
        Demand(each, "--recompute-granularity or --recompute-activations", "it is ignored and nothing is recomputed")
        for each in ("--recompute-method", "--recompute-num-layers", "--recompute-modules")
    ),
    Demand(
        "--grad-reduce-in-bf16", "no --accumulate-allreduce-grads-in-fp32", "gradients are reduced in FP32 all the same"
    ),
    Demand("--fp8-param-gather and --use-torch-fsdp2", "no --fp8-param-gather", "it is switched off", since="0.14"),
    Demand(
        "--freeze-all-layers and --use-distributed-optimizer", "no --freeze-all-layers", "the optimizer is not split"
    ),
    Demand(
        "--mtp-hybrid-override-pattern",
        "--hybrid-layer-pattern or --hybrid-override-pattern",
        "it is ignored",
        since="0.17",
    ),
)


@rule("TG113", category=Category.TARGET, severity=Severity.WARNING)
def flag_without_effect(case: Case) -> Iterator[Finding]:
    """An argument of a launch is passed over in silence.

    ## What it finds
    A launch of Megatron-LM that gives groups of query heads or ranks of latent attention without the switch for
    them, sequence parallelism without tensor parallelism, or the growth of a batch that recent releases ignore.

    ## Why it matters
    What is trained is not what was meant: other parameters, another batch, other memory, and nobody is told.

    ## Example
    ```sh
    ARGS=(
      --num-layers 32
      --hidden-size 4096
      --num-attention-heads 32
      --num-query-groups 8  # TG113
    )
    torchrun --nproc_per_node 8 pretrain_gpt.py "${ARGS[@]}"
    ```

    ## References
    - megatron-core, validate_args
    """
    framework(case, "megatron")
    yield from demanded(options(case), DEMANDS)
