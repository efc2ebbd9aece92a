"""TG113: arguments of Megatron-LM that are ignored without their switch."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule

SWITCHED = (
    # argument, the switch without which it is ignored
    ("--num-query-groups", "--group-query-attention"),
    ("--kv-lora-rank", "--multi-latent-attention"),
    ("--q-lora-rank", "--multi-latent-attention"),
)


@rule("TG113", category=Category.TARGET, severity=Severity.WARNING)
def flag_without_effect(case: Case) -> Iterator[Finding]:
    """An argument of a launch is ignored in silence, because its switch is missing.

    ## What it finds
    A launch of Megatron-LM that gives groups of query heads or ranks of latent attention without the switch for them.

    ## Why it matters
    The model that is trained has plain attention: other parameters, another cache, and nobody is told.

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
    for flag, switch in SWITCHED:
        setting = case.setting(flag)
        if setting is None or case.setting(switch) or str(setting.value) == "1":
            continue
        yield Finding(at=setting, message=f"`{flag}` without `{switch}` is ignored", help=f"add `{switch}`")
