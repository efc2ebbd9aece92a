"""TG112: arguments of Megatron-LM that need another one."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule

NEEDS = (
    # argument, those of which it needs one
    ("--overlap-param-gather", ("--overlap-grad-reduce",)),
    ("--overlap-param-gather", ("--use-distributed-optimizer", "--use-megatron-fsdp")),
    ("--moe-pad-expert-input-to-capacity", ("--moe-expert-capacity-factor",)),
)


@rule("TG112", category=Category.TARGET, severity=Severity.ERROR)
def flag_without_its_partner(case: Case) -> Iterator[Finding]:
    """An argument of a launch needs another one that is not there.

    ## What it finds
    A launch of Megatron-LM with an argument that its own checks tie to another one that is missing.

    ## Why it matters
    The job stops at its start.

    ## Example
    ```sh
    ARGS=(
      --num-layers 32
      --hidden-size 4096
      --num-attention-heads 32
      --use-distributed-optimizer
      --overlap-param-gather  # TG112
    )
    torchrun --nproc_per_node 8 pretrain_gpt.py "${ARGS[@]}"
    ```

    ## References
    - megatron-core, validate_args
    """
    framework(case, "megatron")
    for flag, partners in NEEDS:
        setting = case.setting(flag)
        if setting is None or any(case.setting(each) for each in partners):
            continue
        wanted = " or ".join(f"`{each}`" for each in partners)
        yield Finding(at=setting, message=f"`{flag}` without {wanted}", help=f"add {wanted}")
