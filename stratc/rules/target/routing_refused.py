"""TG116: arguments of experts that Megatron-LM refuses."""

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
        "--moe-router-topk = 1 and --num-experts and --moe-router-score-function = softmax"
        " and --moe-router-load-balancing-type != sinkhorn",
        "--moe-router-pre-softmax",
    ),
    Demand(
        "--expert-model-parallel-size > --num-experts and --num-experts", "--num-experts % --expert-model-parallel-size"
    ),
    Demand("--moe-router-num-groups and --moe-router-group-topk", "--moe-router-num-groups >= --moe-router-group-topk"),
    Demand("--moe-router-num-groups and --moe-router-group-topk", "--num-experts % --moe-router-num-groups"),
    Demand("--moe-router-group-topk", "--moe-router-num-groups"),
    Demand(
        "--num-experts and --tensor-model-parallel-size > 1 and no --expert-tensor-parallel-size",
        "--disable-bias-linear",
        "experts are split as far as dense layers unless said, and Megatron-LM stops at its start",
        since="0.15",
    ),
    Demand("--expert-tensor-parallel-size > 1 and --num-experts", "--disable-bias-linear"),
    Demand(
        "--moe-shared-expert-overlap and --moe-shared-expert-intermediate-size",
        "--moe-token-dispatcher-type = alltoall / flex",
    ),
    Demand("--moe-pad-expert-input-to-capacity", "--moe-expert-capacity-factor"),
    Demand(
        "--moe-expert-capacity-factor",
        "--moe-router-load-balancing-type = aux_loss / seq_aux_loss / global_aux_loss / none",
    ),
    Demand("--moe-router-enable-expert-bias", "--moe-router-score-function = sigmoid / sqrtsoftplus"),
    Demand("--moe-enable-deepep", "--moe-token-dispatcher-type = flex"),
    Demand("--moe-ffn-hidden-size", "--num-experts", since="0.18"),
    Demand("--moe-shared-expert-intermediate-size", "--moe-shared-expert-intermediate-size > 0"),
    Demand("--moe-router-padding-for-fp8", "--fp8-format"),
    Demand("--moe-router-padding-for-quantization", "--fp8-format or --fp4-format"),
    Demand("--moe-router-padding-for-quantization", "--moe-token-dispatcher-type = alltoall / flex"),
    Demand("--moe-enable-deepep", "--moe-flex-dispatcher-backend != hybridep"),
    Demand(
        "--moe-pad-expert-input-to-capacity and --moe-token-dispatcher-type = flex",
        "--moe-flex-dispatcher-backend != deepep",
        since="0.16",
    ),
    Demand(
        "--moe-token-dispatcher-type = flex",
        "--expert-model-parallel-size > 1 or --tensor-model-parallel-size > 1 or --expert-tensor-parallel-size > 1",
        "the dispatcher has nobody to send to, and Megatron-LM stops while it builds the model",
        since="0.18",
    ),
    Demand("--moe-expert-rank-capacity-factor", "--moe-flex-dispatcher-backend = hybridep / ncclep"),
    Demand("--moe-paged-stash", "--moe-expert-rank-capacity-factor"),
    Demand("--moe-single-grouped-weight", "--moe-grouped-gemm"),
    Demand("--moe-single-grouped-bias", "--moe-grouped-gemm"),
)


@rule("TG116", category=Category.TARGET, severity=Severity.ERROR)
def routing_refused(case: Case) -> Iterator[Finding]:
    """The arguments of experts and their router do not go together.

    ## What it finds
    A launch of Megatron-LM with routing, dispatch or capacity of experts that its configuration refuses: one expert
    a token without scores before the choice, groups of the router that do not divide the experts, biases of experts
    that are split, a dispatcher that cannot do what is asked of it.

    ## Why it matters
    The job stops at its start.

    ## Example
    ```sh
    ARGS=(
      --num-layers 32
      --hidden-size 4096
      --num-attention-heads 32
      --num-experts 8
      --moe-router-topk 1  # TG116
    )
    torchrun --nproc_per_node 8 pretrain_gpt.py "${ARGS[@]}"
    ```

    ## References
    - megatron-core, transformer_config
    """
    framework(case, "megatron")
    yield from demanded(options(case), DEMANDS)
