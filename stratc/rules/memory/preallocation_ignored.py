"""ME126: a share of the memory below what the server takes at its start."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.unit import PERCENT, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.setting import Setting
from stratc.ir.statement import Per, Relation
from stratc.rules.rule import Finding, rule

SETTINGS = ("--gpu-memory-utilization", "--mem-fraction-static", "gpu_memory_utilization", "mem_fraction_static")
NEAR = 0.9  # of the share that is set; use and capacity are rounded


@rule("ME126", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def preallocation_ignored(case: Case) -> Iterator[Finding]:
    """The launch lets the server take more of the memory than the plan says is used.

    ## What it finds
    A share of a device's memory well below the one that the plan's own vLLM or SGLang command sets.

    ## Why it matters
    These servers fill the share that is set with cache when they start, whatever the model needs: monitoring shows it
    as used, and what the plan counts as headroom is gone.

    ## Example
    ````plan
    - **Memory utilization**: 40% of GPU memory

    ## Launch
    ```bash
    vllm serve org/model --tensor-parallel-size 8 --gpu-memory-utilization 0.9 <!-- ME126 -->
    ```
    ````

    ## References
    - vllm-engine-arguments, gpu-memory-utilization
    """
    setting = next((found for name in SETTINGS if (found := case.setting(name))), None)
    share = _share(setting) if setting else None
    below = [each for each in case.claims("memory.share") if _is_of_device(each)]
    if setting is None or share is None or not below or any(each.value >= share * NEAR for each in below):
        return
    yield Finding(
        at=setting,
        message=f"the server takes {show(share, PERCENT)} of the memory at its start, but the plan counts with "
        f"{below[0].quantity.show()}",
        stated=below[0].value,
        computed=share,
        unit=PERCENT,
        label="set here",
        also=tuple((each, "said to be used") for each in below),
        help="count with the share that is set, or set the one that is needed",
    )


def _share(setting: Setting) -> float | None:
    try:
        share = float(str(setting.value))
    except ValueError:
        return None
    return share if 0 < share < 1 else None


def _is_of_device(claim: Claim) -> bool:
    return claim.per in (Per.DEVICE, Per.UNSAID) and claim.relation is Relation.IS and 0 < claim.value < 1
