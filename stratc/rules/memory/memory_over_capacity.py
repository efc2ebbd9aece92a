"""ME111: a stated memory use above the memory of a device."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.devices import device_count
from stratc.analysis.memory.amounts import model_weights
from stratc.analysis.memory.breakdown import TOTALS
from stratc.analysis.memory.divided import divided_amounts
from stratc.analysis.memory.setting import width_or_none
from stratc.analysis.said.promise import promises
from stratc.arith.quantity import BINARY_SLACK
from stratc.arith.term import plain
from stratc.arith.unit import BYTE, show
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.ir.claim import Claim
from stratc.ir.statement import Per, Relation
from stratc.rules.rule import Finding, rule


@rule("ME111", category=Category.MEMORY, severity=Severity.ERROR)
def memory_over_capacity(case: Case) -> Iterator[Finding]:
    """A device is given more memory use than it has memory.

    ## What it finds
    A figure for one device, a total or a part, above the stated capacity; of a range, its lower end.

    ## Why it matters
    The run stops with an out-of-memory error before its first step.

    ## Example
    ```plan
    - **GPU memory**: 40 GB per GPU
    - **Total memory per GPU**: 52 GB   <!-- ME111 -->
    ```

    ## References
    - rajbhandari-2020, section 1
    """
    capacity = case.known("hardware.memory")
    alone = case.has("strategy.device_count") and plain(device_count(case)) == 1
    wholes = Counter(each.value for each in case.plan.claims if _is_whole(each))
    for claim in promises(case, *TOTALS, "memory.weights", "memory.kv_cache", "memory.activations"):
        over = claim.quantity.low > capacity.value * (1 + BINARY_SLACK)
        if (
            (claim.per is Per.DEVICE or (alone and claim.per is Per.TOTAL))
            and over
            and not _is_of_all(case, claim, wholes)
            and claim.relation in (Relation.IS, Relation.MORE, Relation.AT_LEAST)
        ):
            yield Finding(
                at=claim,
                message=f"{claim.quantity.show()} on a device that has {show(capacity.value, BYTE)}",
                stated=claim.value,
                computed=capacity.value,
                unit=BYTE,
                also=((capacity, "memory of a device"),),
                help="divide the model further, or shorten the batch or the sequences",
            )


def _is_whole(claim: Claim) -> bool:
    return claim.per in (Per.TOTAL, Per.UNSAID) and claim.quantity.dimension == BYTE


def _is_of_all(case: Case, claim: Claim, wholes: Counter[float]) -> bool:
    """Whether the figure is also given for the whole model, or divided again: it stands beside "per GPU" by chance."""
    known = wholes[claim.value] > _is_whole(claim) or claim.value in divided_amounts(case)
    sized = case.has("model.parameters", "model.precision") and width_or_none(case) is not None
    return known or (sized and claim.quantity.agrees(model_weights(case).value))
