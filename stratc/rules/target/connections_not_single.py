"""TG122: the queues of a device under tensor and context parallelism in Megatron-LM."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.analysis.frameworks.options import options
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import value_or
from stratc.rules.rule import Finding, rule

VARIABLE = "$CUDA_DEVICE_MAX_CONNECTIONS"
DEGREES = ("--tensor-model-parallel-size", "--context-parallel-size")
SHARDED = ("--use-megatron-fsdp", "--use-custom-fsdp", "--use-torch-fsdp2", "--overlap-moe-expert-parallel-comm")
NEW = ("B200", "B300", "GB200", "GB300")


@rule("TG122", category=Category.TARGET, severity=Severity.ERROR)
def connections_not_single(case: Case) -> Iterator[Finding]:
    """A launch lets kernels overtake the communication that they must wait for.

    ## What it finds
    A launch of Megatron-LM with tensor or context parallelism and without fully sharded data parallelism where
    CUDA_DEVICE_MAX_CONNECTIONS is not 1. Silent on accelerators from Blackwell on, which do not need it. Only a
    remark where the script does not set it at all, as its container may; likely where no accelerator is named.

    ## Why it matters
    With one queue, communication starts in the order in which it was launched; Megatron-LM refuses to start
    otherwise.

    ## Example
    ```sh
    ARGS=(
      --num-layers 32
      --hidden-size 4096
      --num-attention-heads 32
      --tensor-model-parallel-size 4  # TG122
    )
    torchrun --nproc_per_node 8 pretrain_gpt.py "${ARGS[@]}"
    ```

    ## References
    - megatron-core, validate_args
    """
    framework(case, "megatron")
    given, variable = options(case), case.setting(VARIABLE)
    split = next((each for each in DEGREES if (given.number(each) or 1) > 1), None)
    if split is None or any(map(case.setting, SHARDED)) or str(value_or(case.fact("hardware.accelerator"), "")) in NEW:
        return
    told = given.value(VARIABLE)
    if told is None or told == "1" or (variable is None and not given.settings):
        return
    at = variable or given.settings[split]
    yield Finding(
        at=at,
        message=f"`{split} {given.number(split)}`, but {VARIABLE[1:]} is {told or 'not set'} instead of 1",
        also=((given.settings[split], "with this"),) if variable else (),
        severity=None if variable else Severity.INFO,
        certainty=None if variable and case.has("hardware.accelerator") else Certainty.LIKELY,
        help=f"export {VARIABLE[1:]}=1",
    )
