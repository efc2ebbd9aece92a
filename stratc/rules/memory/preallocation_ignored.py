"""ME126: a share of the memory below what the server takes at its start."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from stratc.analysis.case import Case
from stratc.analysis.frameworks.limits import memory_taken
from stratc.arith.unit import PERCENT, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Known
from stratc.ir.scope import Role
from stratc.ir.setting import Setting
from stratc.ir.statement import Per, Relation
from stratc.rules.rule import Finding, rule

NEAR = 0.9  # of the share that is set; use and capacity are rounded


@rule("ME126", category=Category.MEMORY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def preallocation_ignored(case: Case) -> Iterator[Finding]:
    """The launch lets the server take more of the memory than the plan says is used, or watches for.

    ## What it finds
    An alert that fires at a smaller share of a device's memory than the plan sets for vLLM or SGLang; as a matter of
    judgement, a use of the memory well below that share.

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
    found = memory_taken(case)
    if found is None:
        return
    setting, share = found
    yield from _alerts(case, setting, share)
    below = [each for each in case.claims("memory.share") if _is_of_device(each)]
    if not below or any(each.value >= share * NEAR for each in below) or _is_counted(case, share):
        return
    yield Finding(
        at=setting,
        message=f"the server takes {show(share, PERCENT)} of the memory at its start, but the plan counts with "
        f"{below[0].quantity.show()}",
        stated=below[0].value,
        computed=share,
        unit=PERCENT,
        label="set here",
        severity=Severity.INFO,
        certainty=Certainty.JUDGEMENT,  # a plan may well count what it needs, and leave the rest to the cache
        also=tuple((each, "said to be used") for each in below),
        help="count with the share that is set, or set the one that is needed",
    )


def _is_counted(case: Case, share: float) -> bool:
    """Whether the plan itself says how much that share of the memory is."""
    memory = case.fact("hardware.memory")
    if not isinstance(memory, Known):
        return False
    return any(isclose(each.value, share * memory.value, rel_tol=0.01) for each in case.plan.claims)


def _alerts(case: Case, setting: Setting, share: float) -> Iterator[Finding]:
    """Alerts that fire as soon as the server runs."""
    for alert in case.claims("alert.memory", roles=(Role.TARGET,)):
        if alert.quantity.high < share:
            yield Finding(
                at=alert,
                message=f"an alert at {alert.quantity.show()} of the memory, but the server takes "
                f"{show(share, PERCENT)} at its start",
                stated=alert.value,
                computed=share,
                unit=PERCENT,
                also=((setting, "set here"),),
                help="watch the use of the cache instead, or set the alert above that share",
            )


def _is_of_device(claim: Claim) -> bool:
    return claim.per in (Per.DEVICE, Per.UNSAID) and claim.relation is Relation.IS and 0 < claim.value < 1
