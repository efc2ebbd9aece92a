"""DV102: the devices a strategy uses against those there are."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from stratc.analysis.case import Case
from stratc.analysis.layout.devices import conventions, is_uneven
from stratc.analysis.said.shortfall import admits_shortfall
from stratc.arith.term import Term, lift, plain
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Known
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule

_DEGREES = ("strategy.tp", "strategy.pp", "strategy.dp", "strategy.ep", "strategy.cp")


@rule("DV102", category=Category.GPU_COUNT, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def devices_exceed_available(case: Case) -> Iterator[Finding]:
    """The strategy needs more devices than the cluster has.

    ## What it finds
    A stated number of available devices below what the degrees need under every convention in use, or below the total
    that the plan itself states for them.  Plans that place unequal stages on named devices, or speak of other devices
    beside those they counted, are left alone, and one that works out itself how many devices are missing gets no more
    than a remark.

    ## Why it matters
    The job cannot be started.

    ## Example
    ```plan
    - **Available GPUs**: 8 <!-- DV102 -->
    - **Tensor Parallel (TP)**: 8
    - **Pipeline Parallel (PP)**: 2
    ```

    ## References
    - narayanan-2021, section 3
    """
    known = admits_shortfall(case, case.known("hardware.device_count").value)
    for finding in _beyond(case, case.known("hardware.device_count")):
        yield finding.as_remark if known else finding


def _beyond(case: Case, available: Known[int]) -> Iterator[Finding]:
    if is_uneven(case) or any(case.mentions("devices_beside")):
        return
    if case.has("strategy.device_count"):  # one total alone is compared with the degrees by world-size-mismatch
        worked = tuple(_required(case, available))
        yield from worked or _stated(case, available)
        return
    if case.has_several(*_DEGREES):
        return
    needed = lift(min((each.devices for each in conventions(case, available.value)), key=plain))
    if needed.value <= available.value:
        return
    yield _beyond_devices(case, available, needed)


def _beyond_devices(case: Case, available: Known[int], needed: Term) -> Finding:
    """The finding, at the replicas where all other degrees fit the devices there are."""
    copies = case.fact("strategy.dp")
    replicas = copies if isinstance(copies, Known) and copies.is_stated and copies.value > 1 else None
    left = replicas is not None and needed.value / replicas.value <= available.value
    return Finding(
        at=replicas if replicas is not None and left else available,
        message=f"{needed} = {figures(needed.value)} devices, but {_available(available.value)}",
        because=needed,
        stated=available.value,
        label="of which there is room for fewer" if left else "available",
        also=((available, "available"),) if left else (),
        help="lower a degree, or say where the other devices come from",
    )


def _required(case: Case, available: Known[int]) -> Iterator[Finding]:
    """A total that the plan multiplies out itself, beyond what it says is available."""
    for claim in case.claims("strategy.device_count"):
        whole = claim.per in (Per.UNSAID, Per.TOTAL) and claim.working is not None
        if whole and available.is_stated and claim.value > available.value and _holds(claim):
            yield Finding(
                at=claim,
                message=f"{claim.working} = {figures(claim.value)} devices required, but {_available(available.value)}",
                because=claim.working,
                stated=claim.value,
                label="required",
                also=((available, "available"),),
                certainty=Certainty.DEFINITE,
                help="lower a degree, or say where the other devices come from",
            )
            return


def _stated(case: Case, available: Known[int]) -> Iterator[Finding]:
    """A total that the degrees come to, beyond what the plan says is available."""
    total = case.known("strategy.device_count")
    if not (total.is_stated and available.is_stated) or total.value <= available.value:
        return
    if case.has_several("strategy.device_count", "hardware.device_count") or _is_of_a_kind(case, available):
        return
    several = sum(case.has(key) and case.known(key).is_stated for key in _DEGREES) > 1
    if any(each.fits and (several or plain(each.devices) == total.value) for each in conventions(case, total.value)):
        yield Finding(
            at=total,
            message=f"{figures(total.value)} devices required, but {_available(available.value)}",
            stated=total.value,
            computed=available.value,
            label="required",
            also=((available, "available"),),
            help="lower a degree, or say where the other devices come from",
        )


def _is_of_a_kind(case: Case, available: Known[int]) -> bool:
    """Whether a count only stands before its accelerator: "8 × A100" may be a node or a pool of what there is."""
    kind, each_node = case.fact("hardware.accelerator"), case.fact("hardware.devices_per_node")
    if isinstance(each_node, Known) and each_node.value < available.value:
        return False
    named = kind.spans() if isinstance(kind, Known) else ()
    return bool(available.spans()) and all(
        any(each.source == place.source and 0 <= each.start - place.end <= len(" × ") for each in named)
        for place in available.spans()
    )


def _available(count: int) -> str:
    return f"{figures(count)} {'is' if count == 1 else 'are'} available"


def _holds(claim: Claim) -> bool:
    """Whether the figure is what its working comes to."""
    return claim.working is not None and isclose(claim.working.value, claim.value)
