"""TG129: grouped experts on accelerators before Ampere."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule

OLD = ("v100", "p100", "t4", "rtx 20", "titan", "gv100")


@rule("TG129", category=Category.TARGET, severity=Severity.ERROR)
def grouped_experts_on_old_device(case: Case) -> Iterator[Finding]:
    """Experts are to be multiplied in groups on a device that cannot.

    ## What it finds
    A launch of Megatron-LM with grouped matrix products of experts on an accelerator before Ampere.

    ## Why it matters
    The kernels need compute capability 8.0; the job stops at its start.

    ## Example
    ```sh
    #SBATCH --gpus-per-node=v100:8
    ARGS=(
      --num-layers 32
      --hidden-size 4096
      --num-attention-heads 32
      --num-experts 8
      --moe-grouped-gemm  # TG129
    )
    torchrun --nproc_per_node 8 pretrain_gpt.py "${ARGS[@]}"
    ```

    ## References
    - megatron-core, validate_args
    """
    framework(case, "megatron")
    grouped, device = case.setting("--moe-grouped-gemm"), case.known("hardware.accelerator")
    if grouped is None or not str(device.value).casefold().startswith(OLD):
        return
    yield Finding(
        at=grouped,
        message=f"grouped products of experts on {device.value}, which is older than Ampere",
        also=((device, "device"),),
        help="leave `--moe-grouped-gemm` out",
    )
