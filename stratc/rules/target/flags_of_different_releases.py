"""TG132: arguments that no release of Megatron-Core has together."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.analysis.frameworks.megatron_releases import OLDEST, first_release, last_release
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

DEVELOPMENT = 20


@rule("TG132", category=Category.TARGET, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def flags_of_different_releases(case: Case) -> Iterator[Finding]:
    """Two arguments of a launch were never in one release.

    ## What it finds
    A launch of Megatron-LM with an argument that a release took away beside one that only a later release has.

    ## Why it matters
    Megatron-LM refuses arguments that it does not know: no release starts this launch, though a fork may.

    ## Example
    ```sh
    ARGS=(
      --num-layers 32
      --hidden-size 4096
      --num-attention-heads 32
      --use-custom-fsdp  # TG132
      --num-virtual-stages-per-pipeline-rank 2
      --pipeline-model-parallel-size 4
      --use-megatron-fsdp
      --ckpt-format fsdp_dtensor
    )
    torchrun --nproc_per_node 8 pretrain_gpt.py "${ARGS[@]}"
    ```

    ## References
    - megatron-core, arguments
    """
    framework(case, "megatron")
    given = [each for each in case.launch if each.name.startswith("--")]
    old = [(last, each) for each in given if (last := last_release(each.name)) is not None]
    if not old:
        return
    new = max(((first_release(each.name), n) for n, each in enumerate(given)), default=(OLDEST, 0))
    for last, each in old:
        if last < new[0]:
            latest = given[new[1]]
            named = "the development branch" if new[0] == DEVELOPMENT else f"0.{new[0]}"
            yield Finding(
                at=each,
                message=f"`{each.name}` was last in 0.{last}, but `{latest.name}` came with {named}",
                also=((latest, "came later"),),
                help=f"take one release: leave `{each.name}` or `{latest.name}` out",
            )
