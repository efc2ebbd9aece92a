"""CO201: memory bandwidth taken for the bandwidth of links."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from stratc.analysis.case import Case
from stratc.analysis.speed.links import link_rates
from stratc.arith.term import HasSpans
from stratc.arith.unit import BYTE_RATE, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.mention import Mention
from stratc.ir.origin import Known, value_or
from stratc.ir.scope import Topic
from stratc.rules.rule import Finding, rule

SHARES = (0.6, 0.7, 0.75, 0.8, 0.85, 0.9)  # that plans count as usable
FASTEST = 1e12  # bytes a second that no link carries in one direction


@rule("CO201", category=Category.TOPOLOGY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def memory_bandwidth_as_link(case: Case) -> Iterator[Finding]:
    """The memory bandwidth of a device is used as the bandwidth between devices.

    ## What it finds
    A section on communication that gives it the bandwidth of the device memory, or that of the memory times its
    utilisation; where the plan states neither that nor a link, a round share of it above a terabyte a second.  Silent
    where the figure is what the NVLink that its sentence names is published with.

    ## Why it matters
    Traffic between devices runs over NVLink, PCIe or the network, which carry a tenth to a hundredth of what the memory
    does; communication times computed from the memory are too short by that factor.

    ## Example
    ```plan
    ## Hardware
    - **VRAM Bandwidth**: 2.0TBps

    ## Communication
    - **All-to-all bandwidth**: 2.0TBps <!-- CO201 -->
    ```

    ## References
    - narayanan-2021, section 3.2
    """
    memory = case.known("hardware.memory_bandwidth")
    rates = (
        memory.value,
        memory.value * value_or(case.plan.hardware.bandwidth_utilization, 1.0),
        *_usable(case, memory),
    )
    places: list[HasSpans] = [
        claim
        for claim in case.claims("communication.bandwidth")
        if claim.metric == "communication.bandwidth"
        and any(isclose(claim.value, rate, rel_tol=0.01) for rate in rates)
        and _elsewhere(claim, memory)
    ]
    own = {span for rate in link_rates(case) if rate.is_published for span in rate.claim.spans()}
    link = case.fact("hardware.link_bandwidth")
    if isinstance(link, Known) and link.is_stated and any(isclose(link.value, rate, rel_tol=0.03) for rate in rates):
        places.append(link)
    places = [each for each in places if own.isdisjoint(each.spans())]
    seen = {span for place in places for span in place.spans()}
    named = (each for each in case.mentions("memory_bandwidth_as_link") if _elsewhere(each, memory))
    places += [each for each in named if not seen & set(each.spans())]
    once = {getattr(place, "context", place.spans()[0]): place for place in reversed(places)}  # of every sentence
    for place in reversed(once.values()):
        yield Finding(
            at=place,
            message=f"communication is given the {show(memory.value, BYTE_RATE)} of the device memory, "
            "which no link between devices carries",
            stated=memory.value,
            unit=BYTE_RATE,
            label="used here",
            also=((memory, "memory bandwidth"),),
            help="state the bandwidth of the links inside a node and between nodes",
        )


def _usable(case: Case, memory: Known[float]) -> tuple[float, ...]:
    """Round shares of the memory bandwidth that no link reaches, of a plan that states no link and no utilisation."""
    said = (case.fact("hardware.link_bandwidth"), case.plan.hardware.bandwidth_utilization)
    if any(isinstance(each, Known) and each.is_stated for each in said):
        return ()
    return tuple(rate for share in SHARES if (rate := memory.value * share) > FASTEST)


def _elsewhere(said: Claim | Mention, memory: Known[float]) -> bool:
    """Whether a figure stands where communication is described, and not the memory itself."""
    topics = said.scope.topics
    if Topic.MEMORY in topics or Topic.HARDWARE in topics:
        return False
    return Topic.COMMUNICATION in topics and not _describes(said, memory)


def _describes(said: Claim | Mention, memory: Known[float]) -> bool:
    """Whether the sentence is the one that first states the memory bandwidth."""
    return memory.spans()[0] in said.context
