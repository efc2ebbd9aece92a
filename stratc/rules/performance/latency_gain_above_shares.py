"""PE203: a latency gain beyond what the shares of the devices allow."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.latency import is_gain_of, least_latency, saved_latency
from stratc.analysis.said.promise import promises, said, states_baseline
from stratc.arith.term import lift, plain
from stratc.arith.unit import PERCENT, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.rules.rule import Finding, rule

NEAR = 0.02


@rule("PE203", category=Category.LATENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def latency_gain_above_shares(case: Case) -> Iterator[Finding]:
    """More latency is saved than the stated shares of the computation allow.

    ## What it finds
    A claimed reduction of the latency above the one that follows from the plan's own placement: stages one after
    another, the devices of a stage side by side, each with the share of the computation that the plan gives it.  Plans
    that speak of another strategy are left alone: they may compare with it.

    ## Why it matters
    One item passes all stages; a pipeline raises the throughput, not the speed of one item.

    ## Example
    ```plan
    - Stage 0: GPU 0
    - Stage 1: GPUs 1-2
    - GPU 0: 33% computation load
    - GPU 1: 33% computation load
    - GPU 2: 34% computation load
    - **Latency reduction**: 40%   <!-- PE203 -->
    ```

    ## References
    - huang-2019, section 2.3
    """
    if states_baseline(case):
        return
    saved, least = saved_latency(case), least_latency(case)
    for claim in promises(case, "reduction.latency", "speedup.latency"):
        if is_gain_of(claim) > plain(saved) + NEAR:
            yield Finding(
                at=claim,
                message=f"{_told(claim)} claimed, but with the stated shares one item takes {least} = "
                f"{show(plain(least), PERCENT)} of the time of one device: {show(plain(saved), PERCENT)} less at most",
                because=lift(saved),
                stated=is_gain_of(claim),
                unit=PERCENT,
                help="say what the latency is compared with",
            )


def _told(claim: Claim) -> str:
    return f"{said(claim)} less latency" if claim.metric == "reduction.latency" else f"{said(claim)}x less latency"
