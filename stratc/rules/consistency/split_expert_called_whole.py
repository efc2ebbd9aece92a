"""CN102: a whole expert on each device, and tensor parallelism that splits it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import prod

from stratc.analysis.case import Case
from stratc.arith.term import HasSpans
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known
from stratc.rules.rule import Finding, rule


@rule("CN102", category=Category.CONSISTENCY, severity=Severity.WARNING)
def split_expert_called_whole(case: Case) -> Iterator[Finding]:
    """Each device is said to hold one whole expert, but tensor parallelism splits every expert over several.

    ## What it finds
    A plan that gives each device exactly one expert beside a tensor-parallel degree inside experts; or one whose
    devices are expert parallelism times tensor parallelism, with as many expert-parallel ranks as experts.
    A remark where the devices counted leave no second one to an expert.

    ## Why it matters
    A device then holds a part of an expert: its memory, its communication (an all-reduce in every expert) and the
    devices that stand and fall together are others than those of a whole one.

    ## Example
    ```plan
    - **Experts per layer**: 32
    - **Expert Parallelism**: 32-way
    - **Tensor Parallelism**: 2-way within each expert
    - **Total GPUs**: 64
    - **Load balancing**: each GPU handles exactly one expert   <!-- CN102 -->
    ```

    ## References
    - megatron-core, expert tensor parallelism
    """
    experts = case.known("model.experts")
    said = tuple(_whole(case))
    inside, degree = _inside(case) if said else (None, 1)
    if inside is None or degree < 2:
        return
    worded = inside is case.fact("strategy.expert_tp") and inside.is_stated
    counted = worded and _stand_alone(case, degree)
    yield Finding(
        at=said[0],
        message=f"one expert a device, but {degree} devices share each of the {experts.value} experts: "
        f"{1 / degree:.3g} of an expert each",
        stated=1,
        computed=1 / degree,
        label="one whole expert here",
        also=(*((each, "and here") for each in said[1:]), (inside, "splits each expert"), (experts, "experts")),
        certainty=Certainty.JUDGEMENT if counted else None if worded else Certainty.LIKELY,
        help="say that a device holds a part of an expert, or leave tensor parallelism out of the experts",
    )


_OTHERS = ("pp", "dp", "cp", "sp")


def _whole(case: Case) -> Iterator[HasSpans]:
    """Where one expert a device is asserted: by a figure first, by words otherwise."""
    yield from case.mentions("one_expert_per_device")
    held = case.fact("strategy.experts_per_device")
    if isinstance(held, Known) and held.value == 1 and held.is_stated:
        yield held


def _stand_alone(case: Case, degree: int) -> bool:
    """Whether the devices counted leave no second one to an expert, so that the split may be meant otherwise."""
    if not case.has("strategy.ep", "strategy.device_count"):
        return False
    ep, devices = (int(case.known(f"strategy.{key}").value) for key in ("ep", "device_count"))
    stages, replicas = (int(case.known(key).value) if case.has(key) else 1 for key in ("strategy.pp", "strategy.dp"))
    return devices in (ep, ep * stages, ep * replicas, ep * stages * replicas) and degree > 1


def _inside(case: Case) -> tuple[Known[int] | None, int]:
    """The degree that splits experts: said to, or left over when the devices are counted."""
    inside = case.fact("strategy.expert_tp")
    if isinstance(inside, Known):
        return inside, int(inside.value)
    if not case.has("strategy.tp", "strategy.ep", "strategy.device_count", "model.experts"):
        return None, 1
    tp, ep, devices = (int(case.known(f"strategy.{key}").value) for key in ("tp", "ep", "device_count"))
    others = [int(case.known(f"strategy.{key}").value) for key in _OTHERS if case.has(f"strategy.{key}")]
    some = (each for count in range(len(others) + 1) for each in combinations(others, count))
    multiplied = any(ep * tp * prod(each) == devices for each in some)
    if multiplied and ep == case.known("model.experts").value:
        return case.known("strategy.tp"), tp
    return None, 1
