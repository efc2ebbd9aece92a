"""PE116: times and rates better than measured runs of such plans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf
from typing import TYPE_CHECKING

from stratc.analysis.case import Case
from stratc.analysis.figures.prompts import times_of_one_prompt
from stratc.analysis.figures.throughput import least_prefill_seconds, least_token_seconds, rate_bound
from stratc.analysis.said.promise import foremost, is_above, is_below, promises, said
from stratc.arith.term import plain
from stratc.arith.unit import show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Missing
from stratc.ir.statement import Per
from stratc.rules.rule import Finding, rule

if TYPE_CHECKING:
    from stratc.analysis.estimates.reach import Reach

METRICS = ("latency.step", "latency.ttft", "latency.tpot", "throughput.tokens", "utilisation.mfu")


@rule("PE116", category=Category.THROUGHPUT, severity=Severity.INFO, certainty=Certainty.JUDGEMENT)
def better_than_measured(case: Case) -> Iterator[Finding]:
    """A time or rate is better than the cost model and the errors seen on measurements leave room for.

    ## What it finds
    A step time, throughput, utilisation, time to the first token or time per token that lies beyond the better end of
    the interval in which measured runs lay around their estimates.  What is within the interval is left alone, so is
    what is worse, since plans may be careful, and what another rule calls impossible.

    ## Why it matters
    No law forbids the figure, but published runs on these devices did not reach it.  Whoever counts on it should have
    measured it.

    ## Example
    ```strat
    hardware { accelerator = "A100-80GB-SXM"; device_count = 8; devices_per_node = 8 }
    model { layers = 24; hidden_size = 2048; heads = 16; ffn_hidden_size = 8192; vocab_size = 51200; precision = bf16 }
    workload { phase = training; sequence_length = 2048; batch_size = 64; micro_batch_size = 4 }
    strategy { dp = 8; zero_stage = 1; recompute = none; framework = "Megatron-LM" }
    expect utilisation.mfu == 88 %  # PE116
    ```

    ## References
    - the errors stated in stratc/cost/README.md
    """
    if not any(promises(case, *METRICS)):
        return
    case.known("hardware.accelerator")
    from stratc.analysis.estimates.reach import reaches  # the whole cost model, which most plans do not need

    expected = {reach.metric: reach for reach in reaches(case)}
    for metric, reach in expected.items():
        beyond: dict[tuple[float, float], list[Claim]] = {}  # a figure said again is one claim
        for claim in foremost(promises(case, metric)):
            scale = _scale(claim, reach)
            if scale and _is_beyond(case, claim, reach, scale):
                beyond.setdefault((claim.value, scale), []).append(claim)
        for (_, scale), claims in beyond.items():
            yield _finding(claims, reach, scale)


def _finding(claims: Sequence[Claim], reach: Reach, scale: float) -> Finding:
    first, *others = claims
    low, high = (show(end / scale, reach.unit) for end in (reach.low, reach.high))
    return Finding(
        at=first,
        message=f"{said(first)} claimed, but {low} to {high} is expected by {reach.origin}",
        stated=first.value,
        computed=(reach.low if reach.is_time else reach.high) / scale,
        unit=reach.unit,
        also=tuple((other, "and here") for other in others),
        category=Category.LATENCY if reach.is_time else None,
        help="say where it was measured, or which optimisation is not named here",
    )


def _scale(claim: Claim, reach: Reach) -> float:
    """By what the expected figure is to be divided for what the claim is counted of; 0 for anything else."""
    if claim.per in (Per.UNSAID, Per.TOTAL):
        return 1
    return reach.devices if claim.per is Per.DEVICE and reach.metric.startswith("throughput") else 0


def _is_beyond(case: Case, claim: Claim, reach: Reach, scale: float) -> bool:
    """Whether a claim is beyond the expected figures, but not beyond the roofs, which have rules of their own."""
    if claim.value <= 0 or any(claim is each for each, _ in times_of_one_prompt(case)):
        return False  # the expected figure is that of the whole batch
    if reach.is_time:
        return is_below(claim, reach.low / scale) and not is_below(claim, _roof(case, claim, reach))
    return is_above(claim, reach.high / scale) and not is_above(claim, _roof(case, claim, reach))


def _roof(case: Case, claim: Claim, reach: Reach) -> float:
    """What no device can do better; nothing is beyond it where the plan does not say enough."""
    try:
        match reach.metric:
            case "latency.ttft":
                return plain(least_prefill_seconds(case))
            case "latency.tpot":
                return plain(least_token_seconds(case))
            case "throughput.tokens":
                return plain(rate_bound(case, claim))
            case "utilisation.mfu":
                return 1.0
    except Missing:
        pass
    return 0.0 if reach.is_time else inf
