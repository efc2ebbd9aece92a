"""DV208: parts of the model against devices."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.devices import placed_devices
from stratc.analysis.layout.placement import is_complete, seated
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Known
from stratc.ir.statement import Relation
from stratc.rules.rule import Finding, rule


@rule("DV208", category=Category.CONSISTENCY, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def parts_miscounted(case: Case) -> Iterator[Finding]:
    """The model is said to have as many parts as devices, but some device holds two.

    ## What it finds
    A number of parts that equals the devices, in a plan whose placement names a device in several stages: every stage
    on every one of its devices is a part.  A "1:1 mapping" of parts or experts where each device is given several.

    ## Why it matters
    "One part a device" is taken as proof of balance; the device that holds two parts has the work of both.

    ## Example
    ```plan
    - **GPUs**: 2
    - Stage 0: GPU 0
    - Stage 1: GPU 1
    - Stage 2: GPU 0 <!-- DV204 -->
    - **Total Parts**: 2 <!-- DV208 -->
    ```

    ## References
    - huang-2019, section 2.2
    """
    yield from _one_to_one(case)
    stages, devices = seated(case), placed_devices(case)
    parts = sum(len(stage.value.devices or ()) for stage in stages)
    if not is_complete(case, stages) or parts == len(devices):
        return
    wrong = [claim for claim in case.claims("parts") if claim.metric == "parts" and claim.value == len(devices)]
    for claim in wrong[:1]:
        yield Finding(
            at=claim,
            message=f"{figures(claim.value)} parts stated, but {len(stages)} stages on their devices are {parts} parts "
            f"on {len(devices)} devices",
            stated=claim.value,
            computed=parts,
            also=(*((other, "and here") for other in wrong[1:]), *((stage, "placed here") for stage in stages)),
            help="count every stage on every device, or give every stage devices of its own",
        )


def _one_to_one(case: Case) -> Iterator[Finding]:
    """Parts or experts said to have a device each, and the figure that gives each device several."""
    for said in case.mentions("one_part_per_device"):
        held = _held(case, said.cause)
        if held is not None and (count := _count(held)) > 1:
            yield Finding(
                at=said,
                message=f"one {said.cause} a device, but each device holds {figures(count)}",
                stated=1,
                computed=count,
                also=((held, "held here"),),
                certainty=Certainty.DEFINITE,
                severity=Severity.WARNING,
                help="say how many each device holds",
            )
            return


def _held(case: Case, kind: str) -> Claim | Known[int] | None:
    if kind == "part":
        return next((each for each in case.claims("parts.device") if each.relation is Relation.IS), None)
    held = case.fact("strategy.experts_per_device")
    return held if isinstance(held, Known) and held.is_stated else None


def _count(held: Claim | Known[int]) -> float:
    return held.quantity.low if isinstance(held, Claim) else float(held.value)
