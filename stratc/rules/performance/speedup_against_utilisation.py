"""PE101: a speed-up so far below the number of devices that the claimed utilisation cannot be."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.devices import device_count
from stratc.analysis.said.promise import promises, said, states_baseline
from stratc.arith.term import Named, lift, plain
from stratc.arith.unit import ONE, PERCENT, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.rules.rule import Finding, rule

CLEARLY = 0.75  # of the claimed utilisation: the single device is not fully busy either
POOR = 0.5  # of linear scaling
PLAUSIBLE = 0.25  # a gain below this share was hardly measured against one device


@rule("PE101", category=Category.THROUGHPUT, severity=Severity.WARNING)
def speedup_against_utilisation(case: Case) -> Iterator[Finding]:
    """The claimed speed-up on this many devices leaves them far less busy than the plan says.

    ## What it finds
    A gain in throughput over one device that is less than half of linear scaling, or clearly below the utilisation
    that the same plan claims.  Where the plan does not say what it compares with, speaks of no other plan, and
    the gain may be one over a single device, the finding is an information.

    ## Why it matters
    Devices that together give a sixth of their speed are not 90 % busy with useful work: one of the figures is made
    up, or most of the devices can be given back.

    ## Example
    ```plan
    - **Total GPUs**: 64
    - **Throughput**: 10-12x improvement compared to single GPU   <!-- PE101 -->
    - **GPU Utilization**: 90% average utilization
    ```

    ## References
    - williams-2009, section 3
    """
    devices, busiest = device_count(case), _busiest(case)
    for claim in promises(case, "speedup.throughput", "increase.throughput"):
        alone = claim.baseline == 1
        if not alone and (busiest is None or claim.baseline is not None or states_baseline(case)):
            continue
        share = _gain(claim) / devices
        if not alone and plain(share) < PLAUSIBLE:
            continue
        limit = max(POOR if alone else 0, busiest.quantity.low * CLEARLY if busiest else 0)
        if plain(share) < limit:
            beside = f", beside {said(busiest)} utilisation" if busiest else ""
            yield Finding(
                at=claim,
                message=f"{_told(claim)} throughput claimed, but on "
                f"{figures(plain(devices))} devices that is {show(plain(share), PERCENT)} of linear scaling{beside}",
                because=lift(share),
                stated=claim.value,
                computed=plain(share),
                unit=PERCENT,
                also=((busiest, "utilisation claimed here"),) if busiest else (),
                certainty=None if alone else Certainty.LIKELY,
                severity=None if alone else Severity.INFO,
                help="say what the gain is measured against" if not alone else "",
            )


def _gain(claim: Claim) -> Named:
    """The throughput as a multiple of the baseline's."""
    factor = claim.value if claim.metric.startswith("speedup") else 1 + claim.value
    return Named("times the throughput", factor, claim, ONE)


def _busiest(case: Case) -> Claim | None:
    wanted = ("utilisation", "utilisation.pipeline")
    found = [claim for claim in promises(case, "utilisation") if claim.metric in wanted]
    return max(found, key=lambda claim: claim.quantity.low, default=None)


def _told(claim: Claim) -> str:
    return f"{said(claim)}x the" if claim.metric.startswith("speedup") else f"{said(claim)} more"
