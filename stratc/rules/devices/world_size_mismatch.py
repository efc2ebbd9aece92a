"""DV101: the number of devices against the degrees."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import DERIVING, is_launch_of
from stratc.analysis.layout.devices import SHARED, closed, refuted
from stratc.arith.term import lift, plain
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known, Stated
from stratc.rules.rule import Finding, rule

NEAR = 160  # characters between a total and a degree that it stands with


@rule("DV101", category=Category.GPU_COUNT, severity=Severity.ERROR)
def world_size_mismatch(case: Case) -> Iterator[Finding]:
    """The stated number of devices is not what the degrees need.

    ## What it finds
    A plan that states a total and degrees that give another number under every convention in use: all degrees
    multiplied; tp × cp × pp × dp with the experts on the tensor- and data-parallel devices of a stage (Megatron-Core,
    DeepSpeed, vLLM).  A degree that the plan does not state is open, so any multiple fits.  Plans that place unequal
    stages on named devices are counted by placement instead.

    ## Why it matters
    Every launcher derives the number of processes itself and refuses to start; memory, communication and throughput per
    device are wrong by the same factor.

    ## Example
    ```plan
    - **Tensor Parallelism**: 4-way
    - **Pipeline Parallelism**: 4-way
    - **Data Parallelism**: 2-way
    - **Total GPUs**: 16 <!-- DV101 -->
    ```

    ## References
    - narayanan-2021, section 3
    - megatron-core, parallel_state
    """
    found = refuted(case)
    if not found:
        return
    stated = case.known("strategy.device_count")
    fewest = min(plain(each.devices) for each in found)
    needed = lift(found[0].devices)
    sure = closed(case) or stated.value < fewest or is_launch_of(case, *DERIVING)
    others = {plain(each.devices) for each in found if each.name == SHARED} - {needed.value, float(stated.value)}
    also = f" ({figures(min(others))} with the experts on the data-parallel devices)" if others else ""
    single = closed(case) and not others and stated.is_stated
    advice = "degrees, or say which degree shares the devices of another"
    relation = "but" if closed(case) or stated.value < needed.value else "which is no multiple of"
    yield Finding(
        at=_beside_degrees(case, stated),
        message=f"{figures(stated.value)} devices stated, {relation} {needed} = {figures(needed.value)}{also}",
        because=needed,
        stated=stated.value,
        severity=None if sure else Severity.WARNING,
        help=f"correct the {advice}" if single else f"correct the total or the {advice}",
        write=figures(needed.value) if single else "",
        certainty=None if sure and not case.strategy.name else Certainty.LIKELY,
    )


def _beside_degrees(case: Case, stated: Known[int]) -> Known[int]:
    """The total where it stands with the degrees, if anywhere; else wherever it stands first."""
    facts = (case.fact(f"strategy.{axis}") for axis in ("tp", "pp", "ep", "dp"))
    starts = [span.start for fact in facts if isinstance(fact, Known) and fact.is_stated for span in fact.spans()]
    spans = stated.spans()
    if not stated.is_stated or len(spans) < 2 or not starts:
        return stated
    first = min(spans, key=lambda span: min(abs(span.start - start) for start in starts) > NEAR)
    return Known(stated.value, Stated((first, *(span for span in spans if span != first))))
