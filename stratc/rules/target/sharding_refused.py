"""TG115: arguments of sharded data parallelism that Megatron-LM refuses."""

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
    Demand("--use-torch-fsdp2", "--pipeline-model-parallel-size = 1"),
    Demand("--use-torch-fsdp2", "--expert-model-parallel-size = 1"),
    Demand("--use-torch-fsdp2", "no --use-distributed-optimizer"),
    Demand("--use-torch-fsdp2", "--no-gradient-accumulation-fusion"),
    Demand("--use-torch-fsdp2", "--ckpt-format = torch_dist / torch_dcp"),
    Demand("--use-torch-fsdp2", "--untie-embeddings-and-output-weights"),
    Demand("--use-torch-fsdp2", "no --fp16"),
    Demand("--use-torch-fsdp2", "$CUDA_DEVICE_MAX_CONNECTIONS != 1"),
    Demand("--use-megatron-fsdp", "--ckpt-format = fsdp_dtensor", since="0.18"),
    Demand("--use-megatron-fsdp", "$CUDA_DEVICE_MAX_CONNECTIONS != 1", since="0.18"),
    Demand("--use-megatron-fsdp", "--optimizer = adam / sgd", since="0.18"),
    Demand("--fsdp-manual-registration", "--use-megatron-fsdp", since="0.16"),
    Demand("--fsdp-manual-registration", "--use-nccl-ub", since="0.16"),
    Demand(
        "--check-weight-hash-across-dp-replicas-interval and --use-megatron-fsdp"
        " and --data-parallel-sharding-strategy = optim_grads_params",
        "no --check-weight-hash-across-dp-replicas-interval",
    ),
    Demand("--use-torch-fsdp2", "--optimizer = adam / sgd", since="0.18"),
    Demand("--ckpt-format = torch_dcp", "--optimizer = adam / sgd", since="0.18"),
    Demand("--ckpt-format = torch_dcp", "--use-torch-fsdp2"),
    Demand("--ckpt-format = torch_dcp", "--tensor-model-parallel-size = 1"),
    Demand("--ckpt-format = torch_dcp", "--pipeline-model-parallel-size = 1"),
    Demand("--ckpt-format = fsdp_dtensor", "--use-megatron-fsdp or --use-custom-fsdp", since="0.14"),
)


@rule("TG115", category=Category.TARGET, severity=Severity.ERROR)
def sharding_refused(case: Case) -> Iterator[Finding]:
    """Sharded data parallelism stands beside arguments that it cannot be with.

    ## What it finds
    A launch of Megatron-LM with fully sharded data parallelism, its own or that of PyTorch, beside a pipeline,
    experts, an optimizer or checkpoints that it does not take, or with checkpoints of sharded training in a run
    that shards nothing.

    ## Why it matters
    The job stops at its start.

    ## Example
    ```sh
    ARGS=(
      --num-layers 32
      --hidden-size 4096
      --num-attention-heads 32
      --untie-embeddings-and-output-weights
      --no-gradient-accumulation-fusion
      --pipeline-model-parallel-size 2
      --use-torch-fsdp2  # TG115
    )
    torchrun --nproc_per_node 8 pretrain_gpt.py "${ARGS[@]}"
    ```

    ## References
    - megatron-core, validate_args
    """
    framework(case, "megatron")
    yield from demanded(options(case), DEMANDS)
